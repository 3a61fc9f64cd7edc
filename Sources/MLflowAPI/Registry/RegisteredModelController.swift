internal import Hummingbird
internal import Registry
internal import SearchGrammar

/// MLflow's calls on registered models and their aliases.
struct RegisteredModelController {
    let registry: RegistryStore

    private static let name = Shape([.string("name", .required)])

    var endpoints: [Endpoint] {
        [
            Endpoint.writing(.post, at: "registered-models/create", Self.creation, create),
            Endpoint.reading(.get, at: "registered-models/get", Self.name, get),
            Endpoint.reading(.get, at: "registered-models/search", Self.search, search),
            Endpoint.writing(.patch, at: "registered-models/update", Self.update, update),
            Endpoint.writing(.post, at: "registered-models/rename", Self.renaming, rename),
            Endpoint.writing(.delete, at: "registered-models/delete", Self.name, delete),
            Endpoint.reading(.get, .post, at: "registered-models/get-latest-versions", Self.stages, latestVersions),
            Endpoint.writing(.post, at: "registered-models/set-tag", Self.tag, setTag),
            Endpoint.writing(.delete, at: "registered-models/delete-tag", Self.tagKey, deleteTag),
            Endpoint.writing(.post, at: "registered-models/alias", Self.alias, setAlias),
            Endpoint.writing(.delete, at: "registered-models/alias", Self.aliasName, deleteAlias),
            Endpoint.reading(.get, at: "registered-models/alias", Self.aliasName, getByAlias),
        ].flatMap { $0 }
    }

    private static let creation = Shape([
        .string("name", .required), .messages("tags", .pair), .string("description"), .string("deployment_job_id"),
    ])

    private func create(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        try request.refusePrompt()
        let name = request.text("name")
        do {
            _ = try await registry.createModel(
                named: name,
                description: request.text("description"),
                tags: request.pairs("tags")
            )
        } catch let error as RegistryError where error.code == .alreadyExists {
            throw MLflowError(.resourceAlreadyExists, "Registered Model (name=\(name)) already exists.")
        }
        return try await answer(name)
    }

    private func get(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        try await answer(request.text("name"))
    }

    private static let search = Shape([
        .string("filter"), .int64("max_results", .atMost(1000)), .strings("order_by"), .string("page_token"),
    ])

    private func search(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        let query = try RegistryQuery.models(
            filter: request.text("filter"),
            orderBy: request.strings("order_by"),
            pageToken: request.string("page_token"),
            limit: Int(request.integer("max_results") ?? 100)
        )
        let page = try await registry.searchModels(query)
        let latest = try await registry.latestVersions(of: page.items.map(\.name))
        return JSONWriter.buffer { writer in
            writer.object { answer in
                answer.array("registered_models", page.items) { writer, model in
                    writer.object { model.write(&$0, latest: latest[model.name] ?? []) }
                }
                answer.member("next_page_token", page.next?.description)
            }
        }
    }

    private static let update = Shape([
        .string("name", .required), .string("description"), .string("deployment_job_id"),
    ])

    private func update(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        try await registry.setDescription(request.text("description"), model: request.text("name"))
        return try await answer(request.text("name"))
    }

    private static let renaming = Shape([.string("name", .required), .string("new_name", .required)])

    private func rename(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        try await registry.renameModel(request.text("name"), to: request.text("new_name"))
        return try await answer(request.text("new_name"))
    }

    private func delete(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        try await registry.deleteModel(request.text("name"))
        return .emptyAnswer
    }

    private static let stages = Shape([.string("name", .required), .strings("stages")])

    private func latestVersions(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        let stages = try request.strings("stages").map(ModelVersion.Stage.init(wire:))
        let name = request.text("name")
        _ = try await registry.model(named: name)
        let latest = try await registry.latestVersions(of: name, in: stages)
        return JSONWriter.buffer { $0.object { $0.array("model_versions", latest) { $1.write(&$0) } } }
    }

    private static let tag = Shape([.string("name", .required), .string("key", .required), .string("value")])

    private func setTag(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        try await registry.setTags([request.text("key"): request.text("value")], model: request.text("name"))
        return .emptyAnswer
    }

    private static let tagKey = Shape([.string("name", .required), .string("key", .required)])

    private func deleteTag(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        let name = request.text("name")
        _ = try await registry.model(named: name)
        // As in MLflow, a tag that is not there is as good as deleted.
        do {
            try await registry.deleteTag(request.text("key"), model: name)
        } catch let error as RegistryError where error.code == .notFound {}
        return .emptyAnswer
    }

    private static let alias = Shape([
        .string("name", .required), .string("alias", .required), .string("version", .required),
    ])

    private func setAlias(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        try await registry.setAlias(
            request.text("alias"),
            model: request.text("name"),
            version: try request.version()
        )
        return .emptyAnswer
    }

    private static let aliasName = Shape([.string("name", .required), .string("alias", .required)])

    private func deleteAlias(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        let name = request.text("name")
        try RegistryStore.checkAlias(request.text("alias"))
        _ = try await registry.model(named: name)
        do {
            try await registry.deleteAlias(request.text("alias"), model: name)
        } catch let error as RegistryError where error.code == .notFound {}
        return .emptyAnswer
    }

    private func getByAlias(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        let (name, alias) = (request.text("name"), request.text("alias"))
        let model = try await registry.model(named: name)
        let version: Int
        if alias.lowercased() == "latest" {
            guard let latest = model.latestVersion else {
                throw MLflowError(.resourceDoesNotExist, "Latest version not found for model \(name).")
            }
            version = latest
        } else {
            guard let held = model.aliases[alias] else {
                throw MLflowError(.invalidParameterValue, "Registered model alias \(alias) not found.")
            }
            version = held
        }
        let found = try await registry.version(version, of: name)
        return JSONWriter.buffer { $0.object { $0.object("model_version", found.writeMembers) } }
    }

    private func answer(_ name: String) async throws -> ByteBuffer {
        let model = try await registry.model(named: name)
        let latest = try await registry.latestVersions(of: name)
        return JSONWriter.buffer { writer in
            writer.object { answer in
                answer.object("registered_model") { model.write(&$0, latest: latest) }
            }
        }
    }
}

extension Message {
    /// MLflow's clients keep a prompt as a registered model with a tag. Throws `endpointNotFound` for one.
    func refusePrompt() throws(MLflowError) {
        guard pairs("tags")["mlflow.prompt.is_prompt"]?.lowercased() == "true" else { return }
        throw MLflowError(
            .endpointNotFound,
            "This server keeps registered models; prompts are not a part of its API."
        )
    }
}
