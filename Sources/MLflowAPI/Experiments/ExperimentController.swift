internal import Hummingbird
internal import SearchGrammar
internal import Tracking

/// MLflow's calls on experiments.
struct ExperimentController {
    let tracking: TrackingStore

    private static let id = Shape([.string("experiment_id", .required)])

    var endpoints: [Endpoint] {
        [
            Endpoint.writing(.post, at: "experiments/create", Self.creation, create),
            Endpoint.reading(.get, at: "experiments/get", Self.id, get),
            Endpoint.reading(.get, at: "experiments/get-by-name", Self.name, getByName),
            Endpoint.reading(.get, .post, at: "experiments/search", Self.search, search),
            Endpoint.writing(.post, at: "experiments/update", Self.update, update),
            Endpoint.writing(.post, at: "experiments/delete", Self.id, delete),
            Endpoint.writing(.post, at: "experiments/restore", Self.id, restore),
            Endpoint.writing(.post, at: "experiments/set-experiment-tag", Self.tag, setTag),
            Endpoint.writing(.post, at: "experiments/delete-experiment-tag", Self.tagKey, deleteTag),
        ].flatMap { $0 }
    }

    private static let creation = Shape([
        .string("name", .required), .string("artifact_location"), .messages("tags", .pair),
    ])

    private func create(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        let location = request.nonEmpty("artifact_location")
        if let location { try ArtifactLocation.check(location) }
        let id: Experiment.ID
        do {
            id = try await tracking.createExperiment(
                named: request.text("name"),
                artifactLocation: location,
                tags: request.pairs("tags")
            )
        } catch let error as TrackingError where error.code == .deleted {
            throw MLflowError(.resourceAlreadyExists, error.description)
        }
        return JSONWriter.buffer { $0.object { $0.member("experiment_id", id.description) } }
    }

    private func get(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        let id = try Experiment.ID(wire: request.text("experiment_id"))
        guard let experiment = try await tracking.experiment(id) else { throw MLflowError.noExperiment(id) }
        return Self.answer(experiment)
    }

    private static let name = Shape([.string("experiment_name", .required)])

    private func getByName(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        let name = request.text("experiment_name")
        guard let experiment = try await tracking.experiment(named: name) else {
            throw MLflowError(.resourceDoesNotExist, "Could not find experiment with name '\(name)'")
        }
        return Self.answer(experiment)
    }

    private static func answer(_ experiment: Experiment) -> ByteBuffer {
        JSONWriter.buffer { $0.object { $0.object("experiment", experiment.write) } }
    }

    private static let search = Shape([
        .one("view_type", of: LifecycleView.self), .int64("max_results"), .strings("order_by"), .string("filter"),
        .string("page_token"),
    ])

    private func search(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        var query = try ExperimentQuery(
            filter: request.text("filter"),
            orderBy: request.strings("order_by"),
            pageToken: request.string("page_token")
        )
        query.view = LifecycleView(number: request.integer("view_type"))
        query.limit = Int(request.integer("max_results") ?? 0)
        let page = try await tracking.search(query)
        return JSONWriter.buffer { writer in
            writer.object { answer in
                answer.array("experiments", page.items) { $0.object($1.write) }
                answer.member("next_page_token", page.next?.description)
            }
        }
    }

    private static let update = Shape([.string("experiment_id", .required), .string("new_name", .required)])

    private func update(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        let id = try Experiment.ID(wire: request.text("experiment_id"))
        try await tracking.renameExperiment(id, to: request.text("new_name"))
        return .emptyAnswer
    }

    private func delete(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        let id = try Experiment.ID(wire: request.text("experiment_id"))
        // To MLflow an experiment that is deleted already is not there.
        do {
            try await tracking.deleteExperiment(id)
        } catch let error as TrackingError where error.code == .deleted {
            throw MLflowError.noExperiment(id)
        }
        return .emptyAnswer
    }

    private func restore(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        let id = try Experiment.ID(wire: request.text("experiment_id"))
        do {
            try await tracking.restoreExperiment(id)
        } catch let error as TrackingError where error.code == .notDeleted {
            throw MLflowError.noExperiment(id)
        }
        return .emptyAnswer
    }

    private static let tag = Shape([
        .string("experiment_id", .required), .string("key", .required), .string("value"),
    ])

    private func setTag(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        let id = try Experiment.ID(wire: request.text("experiment_id"))
        try await tracking.setTags([request.text("key"): request.text("value")], experiment: id)
        return .emptyAnswer
    }

    private static let tagKey = Shape([.string("experiment_id", .required), .string("key", .required)])

    private func deleteTag(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        let id = try Experiment.ID(wire: request.text("experiment_id"))
        try await tracking.deleteTag(request.text("key"), experiment: id)
        return .emptyAnswer
    }
}
