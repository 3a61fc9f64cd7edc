internal import Hummingbird
internal import SearchGrammar
internal import Tracking

/// MLflow 3's calls on logged models.
struct LoggedModelController {
    let tracking: TrackingStore

    var endpoints: [Endpoint] {
        [
            Endpoint.writing(.post, at: "logged-models", Self.creation, create),
            Endpoint.reading(.post, at: "logged-models/search", Self.search, search),
            Endpoint.reading(.get, at: "logged-models/:model_id", Self.allowDeleted, get),
            Endpoint.writing(.patch, at: "logged-models/:model_id", Self.finalization, finalize),
            Endpoint.writing(.delete, at: "logged-models/:model_id", .empty, delete),
            Endpoint.writing(.patch, at: "logged-models/:model_id/tags", Self.tags, setTags),
            Endpoint.writing(.delete, at: "logged-models/:model_id/tags/:tag_key", .empty, deleteTag),
            Endpoint.writing(.post, at: "logged-models/:model_id/params", Self.params, logParams),
        ].flatMap { $0 }
    }

    private static let creation = Shape([
        .string("experiment_id", .required), .string("name"), .string("model_type"), .string("source_run_id"),
        .messages("params", .pair), .messages("tags", .pair),
    ])

    private func create(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        let experiment = try Experiment.ID(wire: request.text("experiment_id"))
        let run = request.nonEmpty("source_run_id").map(Run.ID.init(rawValue:))
        var model = NewLoggedModel(
            experiment: experiment,
            name: try request.nonEmpty("name").map(Self.checkName) ?? RandomName.make(),
            status: .pending,
            modelType: request.nonEmpty("model_type"),
            params: request.pairs("params"),
            tags: request.pairs("tags")
        )
        if var location = try await tracking.experiment(experiment)?.artifactLocation {
            while location.last == "/" { location.removeLast() }
            model.artifactLocation = "\(location)/models/\(model.id)/artifacts"
        }
        return Self.answer(try await tracking.createLoggedModel(model, run: run))
    }

    private static func checkName(_ name: String) throws(MLflowError) -> String {
        let forbidden: Set<Character> = ["/", ":", ".", "%", "\"", "'"]
        guard !name.contains(where: forbidden.contains) else {
            throw MLflowError(
                .invalidParameterValue,
                "Invalid model name (\(name)) provided. Model name must be a non-empty string and cannot contain "
                    + "the following characters: ('/', ':', '.', '%', '\"', \"'\")"
            )
        }
        return name
    }

    private static let dataset = Shape([.string("dataset_name"), .string("dataset_digest")])
    private static let order = Shape([
        .string("field_name"), .bool("ascending"), .string("dataset_name"), .string("dataset_digest"),
    ])
    private static let search = Shape([
        .strings("experiment_ids", .required), .string("filter"), .messages("datasets", dataset),
        .int32("max_results"), .messages("order_by", order), .string("page_token"),
    ])

    private func search(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        let experiments = try request.strings("experiment_ids").map { (id) throws(MLflowError) in
            try Experiment.ID(wire: id)
        }
        var query = try LoggedModelQuery(
            experiments: experiments,
            filter: request.text("filter"),
            pageToken: request.string("page_token")
        )
        query.datasets = request.messages("datasets").map { LoggedModelQuery.Dataset($0) ?? .init(name: "") }
        query.order = try request.messages("order_by").map { (order) throws(TrackingError) in
            try LoggedModelQuery.Order(
                field: order.text("field_name"),
                isAscending: order.bool("ascending") ?? true,
                on: LoggedModelQuery.Dataset(order)
            )
        }
        query.limit = Int(request.integer("max_results") ?? 50)
        let page = try await tracking.search(query)
        return JSONWriter.buffer { writer in
            writer.object { answer in
                answer.array("models", page.items) { writer, model in writer.object { model.write(&$0) } }
                answer.member("next_page_token", page.next?.description)
            }
        }
    }

    private static let allowDeleted = Shape([.bool("allow_deleted")])

    private func get(_ request: Message, _ parameters: Parameters) async throws -> ByteBuffer {
        let id = try parameters.modelID
        guard let model = try await tracking.loggedModel(id),
            model.stage == .active || request.bool("allow_deleted") == true
        else { throw MLflowError.noModel(id) }
        return Self.answer(model)
    }

    private static let finalization = Shape([
        .string("model_id", .required), .one("status", of: LoggedModel.Status.self, .required),
    ])

    private func finalize(_ request: Message, _ parameters: Parameters) async throws -> ByteBuffer {
        let id = try parameters.modelID
        let status = LoggedModel.Status(number: request.integer("status"))
        return Self.answer(try await tracking.finalizeLoggedModel(id, status: status))
    }

    private func delete(_ request: Message, _ parameters: Parameters) async throws -> ByteBuffer {
        let id = try parameters.modelID
        try await tracking.deleteLoggedModel(id)
        return .emptyAnswer
    }

    private static let tags = Shape([.string("model_id"), .messages("tags", .pair)])

    private func setTags(_ request: Message, _ parameters: Parameters) async throws -> ByteBuffer {
        let id = try parameters.modelID
        try await tracking.setTags(request.pairs("tags"), model: id)
        return .emptyAnswer
    }

    private func deleteTag(_ request: Message, _ parameters: Parameters) async throws -> ByteBuffer {
        let (id, key) = (try parameters.modelID, try parameters.text("tag_key"))
        try await tracking.deleteTag(key, model: id)
        return .emptyAnswer
    }

    private static let params = Shape([.string("model_id", .required), .messages("params", .pair)])

    private func logParams(_ request: Message, _ parameters: Parameters) async throws -> ByteBuffer {
        let id = try parameters.modelID
        try await tracking.log(params: request.pairs("params"), model: id)
        return .emptyAnswer
    }

    private static func answer(_ model: LoggedModel) -> ByteBuffer {
        JSONWriter.buffer { $0.object { $0.object("model") { model.write(&$0) } } }
    }
}

extension Parameters {
    /// The logged model that the path names.
    var modelID: LoggedModel.ID {
        get throws { LoggedModel.ID(rawValue: try text("model_id")) }
    }
}

extension LoggedModelQuery.Dataset {
    /// Nil if the message names no dataset.
    fileprivate init?(_ message: Message) {
        guard let name = message.nonEmpty("dataset_name") else { return nil }
        self.init(name: name, digest: message.nonEmpty("dataset_digest"))
    }
}
