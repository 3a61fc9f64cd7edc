internal import Hummingbird
internal import Registry
internal import SearchGrammar
internal import Tracking

/// MLflow's calls on versions of registered models.
struct ModelVersionController {
    let registry: RegistryStore
    let tracking: TrackingStore

    private static let version = Shape([.string("name", .required), .string("version", .required)])

    var endpoints: [Endpoint] {
        [
            Endpoint.writing(.post, at: "model-versions/create", Self.creation, create),
            Endpoint.reading(.get, at: "model-versions/get", Self.version, get),
            Endpoint.reading(.get, at: "model-versions/search", Self.search, search),
            Endpoint.writing(.patch, at: "model-versions/update", Self.update, update),
            Endpoint.writing(.delete, at: "model-versions/delete", Self.version, delete),
            Endpoint.writing(.post, at: "model-versions/transition-stage", Self.transition, transition),
            Endpoint.reading(.get, at: "model-versions/get-download-uri", Self.download, downloadURI),
            Endpoint.writing(.post, at: "model-versions/set-tag", Self.tag, setTag),
            Endpoint.writing(.delete, at: "model-versions/delete-tag", Self.tagKey, deleteTag),
        ].flatMap { $0 }
    }

    private static let creation = Shape([
        .string("name", .required), .string("source", .required), .string("run_id"), .messages("tags", .pair),
        .string("run_link"), .string("description"), .string("model_id"),
    ])

    private func create(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        try request.refusePrompt()
        try RegistryStore.checkModelName(request.text("name"))
        let source = try await VersionSource(request, registry: registry, tracking: tracking)
        var new = NewModelVersion(
            model: request.text("name"),
            source: source.source,
            run: source.run?.rawValue,
            loggedModel: source.model?.number.rawValue,
            description: request.text("description"),
            tags: request.pairs("tags")
        )
        // Of another server, perhaps.
        if source.run == nil { new.runID = request.nonEmpty("run_id") }
        new.runLink = request.text("run_link")
        let version = try await registry.createVersion(new)
        if let model = source.model {
            try await tracking.noteRegistration(of: model.id, as: version.model, version: version.version)
        }
        return Self.answer(version)
    }

    private func get(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        Self.answer(try await registry.version(try request.version(), of: request.text("name")))
    }

    private static let search = Shape([
        .string("filter"), .int64("max_results", .atMost(200_000)), .strings("order_by"), .string("page_token"),
    ])

    private func search(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        let query = try RegistryQuery.versions(
            filter: request.text("filter"),
            orderBy: request.strings("order_by"),
            pageToken: request.string("page_token"),
            limit: Int(request.integer("max_results") ?? 200_000)
        )
        let page = try await registry.searchVersions(query)
        return JSONWriter.buffer { writer in
            writer.object { answer in
                answer.array("model_versions", page.items) { $1.write(&$0) }
                answer.member("next_page_token", page.next?.description)
            }
        }
    }

    private static let update = Shape([
        .string("name", .required), .string("version", .required), .string("description"),
    ])

    private func update(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        let (name, version) = (request.text("name"), try request.version())
        try await registry.updateVersion(version, of: name, description: request.text("description"))
        return Self.answer(try await registry.version(version, of: name))
    }

    private func delete(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        try await registry.deleteVersion(try request.version(), of: request.text("name"))
        return .emptyAnswer
    }

    private static let transition = Shape([
        .string("name", .required), .string("version", .required), .string("stage", .required),
        .bool("archive_existing_versions"),
    ])

    private func transition(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        let (name, version) = (request.text("name"), try request.version())
        let stage = try ModelVersion.Stage(wire: request.text("stage"))
        let archives = request.bool("archive_existing_versions") ?? false
        guard !archives || stage == .staging || stage == .production else {
            throw MLflowError(
                .invalidParameterValue,
                "Model version transition cannot archive existing model versions because '\(request.text("stage"))' "
                    + "is not an Active stage. Valid stages are ('Staging', 'Production')"
            )
        }
        return Self.answer(
            try await registry.transition(version, of: name, to: stage, archivingOthers: archives)
        )
    }

    private static let download = Shape([.string("name"), .string("version")])

    private func downloadURI(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        let version = try await registry.version(try request.version(), of: request.text("name"))
        let uri = try await location(of: version)
        return JSONWriter.buffer { $0.object { $0.member("artifact_uri", uri) } }
    }

    /// Where a client finds the files of a version.
    func location(of version: ModelVersion) async throws -> String {
        if let id = version.loggedModel, let model = try await tracking.loggedModel(.init(rawValue: id)) {
            return model.location
        }
        return version.downloadURI
    }

    /// A file of a version, wherever its source leads.
    func place(
        _ version: String,
        of name: String,
        path: String,
        owners: ArtifactOwners
    ) async throws -> ArtifactOwners.Place {
        guard let number = Int(version) else {
            throw MLflowError(.invalidParameterValue, "Parameter 'version' must be an integer, got '\(version)'.")
        }
        let location = try await location(of: try await registry.version(number, of: name))
        if location.hasPrefix("runs:/") {
            let parts = location.dropFirst("runs:/".count).split(separator: "/", maxSplits: 1).map(String.init)
            let folder = parts.count == 2 ? parts[1] + "/" : ""
            return try await owners.place(run: Run.ID(rawValue: parts.first ?? ""), folder + path)
        }
        guard location.hasPrefix("mlflow-artifacts:/") else {
            throw MLflowError(
                .invalidParameterValue,
                "The files of this version are at '\(location)', where this server does not read."
            )
        }
        return try await owners.place(String(location.dropFirst("mlflow-artifacts:/".count)) + "/" + path)
    }

    private static let tag = Shape([
        .string("name", .required), .string("version", .required), .string("key", .required), .string("value"),
    ])

    private func setTag(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        try await registry.setTags(
            [request.text("key"): request.text("value")],
            model: request.text("name"),
            version: try request.version()
        )
        return .emptyAnswer
    }

    private static let tagKey = Shape([
        .string("name", .required), .string("version", .required), .string("key", .required),
    ])

    private func deleteTag(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        let (name, version) = (request.text("name"), try request.version())
        _ = try await registry.version(version, of: name)
        do {
            try await registry.deleteTag(request.text("key"), model: name, version: version)
        } catch let error as RegistryError where error.code == .notFound {}
        return .emptyAnswer
    }

    private static func answer(_ version: ModelVersion) -> ByteBuffer {
        JSONWriter.buffer { $0.object { $0.object("model_version", version.writeMembers) } }
    }
}
