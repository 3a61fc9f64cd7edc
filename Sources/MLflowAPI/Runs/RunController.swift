internal import Hummingbird
internal import SearchGrammar
internal import Tracking

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// MLflow's calls on runs as a whole.
struct RunController {
    let tracking: TrackingStore

    static let id = Shape([.string("run_id", .required), .string("run_uuid")])

    var endpoints: [Endpoint] {
        [
            Endpoint.writing(.post, at: "runs/create", Self.creation, create),
            Endpoint.reading(.get, at: "runs/get", Self.id, get),
            Endpoint.reading(.post, at: "runs/search", Self.search, search),
            Endpoint.writing(.post, at: "runs/update", Self.update, update),
            Endpoint.writing(.post, at: "runs/delete", Self.id, delete),
            Endpoint.writing(.post, at: "runs/restore", Self.id, restore),
            Endpoint.writing(.post, at: "runs/delete-tag", Self.tagKey, deleteTag),
            Endpoint.writing(.post, at: "runs/log-inputs", Self.inputs, logInputs),
            Endpoint.writing(.post, at: "runs/outputs", Self.outputs, logOutputs),
            Endpoint.writing(.post, at: "runs/log-model", Self.model, logModel),
        ].flatMap { $0 }
    }

    private static let creation = Shape([
        .string("experiment_id"), .int64("start_time"), .string("run_name"), .string("user_id"),
        .messages("tags", .pair),
    ])

    private func create(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        var tags = request.pairs("tags")
        let tagged = tags[Run.nameTag].flatMap { $0.isEmpty ? nil : $0 }
        let name = request.nonEmpty("run_name")
        if let name, let tagged, name != tagged {
            throw MLflowError(
                .invalidParameterValue,
                "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values "
                    + "(run_name='\(name)', mlflow.runName='\(tagged)')."
            )
        }
        tags[Run.nameTag] = nil
        let new = NewRun(
            experiment: try Experiment.ID(wire: request.text("experiment_id")),
            name: name ?? tagged ?? RandomName.make(),
            user: request.text("user_id"),
            startedAt: try Date(milliseconds: request.integer("start_time") ?? 0, of: "start_time"),
            tags: LongValues.cut(tags, to: TrackingLimits.tagValueLength)
        )
        let run = try await tracking.createRun(new)
        return JSONWriter.buffer { $0.object { $0.object("run") { run.write(&$0, hasOutputs: false) } } }
    }

    private func get(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        let run = try await tracking.required(request.runID)
        return JSONWriter.buffer { $0.object { $0.object("run") { run.write(&$0) } } }
    }

    private static let search = Shape([
        .strings("experiment_ids"), .string("filter"), .int32("max_results", .atMost(50_000)), .strings("order_by"),
        .one("run_view_type", of: LifecycleView.self), .string("page_token"),
    ])

    private func search(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        let experiments = try request.strings("experiment_ids").map { (id) throws(MLflowError) in
            try Experiment.ID(wire: id)
        }
        var query = try RunQuery(
            filter: request.text("filter"),
            orderBy: request.strings("order_by"),
            pageToken: request.string("page_token")
        )
        query.experiments = experiments
        query.view = LifecycleView(number: request.integer("run_view_type"))
        query.limit = Int(request.integer("max_results") ?? 1000)
        // To MLflow no experiment means none, not all of them.
        let page = experiments.isEmpty ? SearchPage([], next: nil) : try await tracking.search(query)
        return JSONWriter.buffer { writer in
            writer.object { answer in
                answer.array("runs", page.items) { writer, run in writer.object { run.write(&$0) } }
                answer.member("next_page_token", page.next?.description)
            }
        }
    }

    private static let update = Shape([
        .string("run_id", .required), .string("run_uuid"), .one("status", of: Run.Status.self), .int64("end_time"),
        .string("run_name"),
    ])

    private func update(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        let id = request.runID
        try await tracking.updateRun(
            id,
            status: request.integer("status").flatMap(Run.Status.init(number:)),
            endedAt: try request.integer("end_time").map { try Date(milliseconds: $0, of: "end_time") },
            name: request.nonEmpty("run_name")
        )
        let run = try await tracking.required(id)
        return JSONWriter.buffer { $0.object { $0.object("run_info", run.writeInfo) } }
    }

    private func delete(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        // As in MLflow, deleting twice is no mistake.
        do { try await tracking.deleteRun(request.runID) } catch let error as TrackingError where error.code == .deleted
        {}
        return .emptyAnswer
    }

    private func restore(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        do {
            try await tracking.restoreRun(request.runID)
        } catch let error as TrackingError where error.code == .notDeleted {}
        return .emptyAnswer
    }

    private static let tagKey = Shape([.string("run_id", .required), .string("key", .required)])

    private func deleteTag(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        try await tracking.deleteTag(request.text("key"), run: request.runID)
        return .emptyAnswer
    }

    private static let inputs = Shape([
        .string("run_id", .required), .messages("datasets", RunInput.shape),
        .messages("models", Shape([.string("model_id")])),
    ])

    private func logInputs(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        try await tracking.logInputs(
            request.messages("datasets").map(RunInput.init),
            models: request.messages("models").map { LoggedModel.ID(rawValue: $0.text("model_id")) },
            run: request.runID
        )
        return .emptyAnswer
    }

    private static let outputs = Shape([
        .string("run_id", .required),
        .messages("models", Shape([.string("model_id"), .int64("step")]), .required),
    ])

    private func logOutputs(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        let outputs = request.messages("models").map { model in
            RunOutput(model: LoggedModel.ID(rawValue: model.text("model_id")), step: model.integer("step") ?? 0)
        }
        try await tracking.logOutputs(outputs, run: request.runID)
        return .emptyAnswer
    }

    private static let model = Shape([.string("run_id", .required), .string("model_json", .required)])

    /// MLflow 2's note of a model, kept in a tag of the run.
    private func logModel(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        let run = try await tracking.required(request.runID)
        let tags = [
            LoggedModelNotes.tag: try LoggedModelNotes.adding(
                request.text("model_json"),
                to: run.tags[LoggedModelNotes.tag]
            )
        ]
        try await tracking.log(tags: tags, run: run.id)
        return .emptyAnswer
    }
}

extension Run {
    static let nameTag = "mlflow.runName"
}

extension Message {
    /// The run that a request is about, by its new or its old name.
    var runID: Run.ID { Run.ID(rawValue: nonEmpty("run_id") ?? text("run_uuid")) }
}

extension TrackingStore {
    /// A run in whatever lifecycle stage. Throws `MLflowError`.
    func required(_ id: Run.ID) async throws -> Run {
        guard let run = try await run(id) else {
            throw MLflowError(.resourceDoesNotExist, "Run with id=\(id) not found")
        }
        return run
    }
}
