internal import Access
internal import Artifacts
internal import DataAccess
internal import Hummingbird
internal import MLflowAPI
internal import ModelFormat
internal import Postgres
internal import Registry
internal import Tracking

/// Registered models, their versions and aliases.
struct ModelPages: Sendable {
    let stores: PageStores

    private static let pageSize = 50
    /// Larger models are left to workers.
    private static let trialLimit: Int64 = 64 << 20

    func add(to pages: PageRouter) {
        pages.get("/models") { request in try await list(request) }
        pages.get("/models/:name") { request in try await model(request) }
        pages.get("/models/:name/:version") { request in
            let version = try await version(request)
            return try await page(version, request, answers: nil)
        }
        pages.post("/models/:name/aliases", needs: .write) { request, form in
            let name = try request.part("name")
            if form["action"] == "remove" {
                try await stores.registry.deleteAlias(form.text("alias"), model: name)
                return .see(Location("models", name), .aliasRemoved)
            }
            guard let version = Int(form.text("version")) else {
                throw MLflowError(.invalidParameterValue, "'\(form.text("version"))' is no version of a model.")
            }
            try await stores.registry.setAlias(form.text("alias"), model: name, version: version)
            return .see(Location("models", name, String(version)), .aliasMoved)
        }
        pages.post("/models/:name/description", needs: .write) { request, form in
            let name = try request.part("name")
            try await stores.registry.setDescription(Self.plain(form.text("description")), model: name)
            return .see(Location("models", name), .saved)
        }
        pages.post("/models/:name/tags", needs: .write) { request, form in
            let name = try request.part("name")
            try await changeTag(form, of: name, version: nil)
            return .see(Location("models", name), .saved)
        }
        pages.post("/models/:name/:version/description", needs: .write) { request, form in
            let version = try await version(request)
            try await stores.registry.updateVersion(
                version.version,
                of: version.model,
                description: Self.plain(form.text("description"))
            )
            return .see(Location("models", version.model, "\(version.version)"), .saved)
        }
        pages.post("/models/:name/:version/tags", needs: .write) { request, form in
            let version = try await version(request)
            try await changeTag(form, of: version.model, version: version.version)
            return .see(Location("models", version.model, "\(version.version)"), .saved)
        }
        // Computes and keeps nothing, so everybody may.
        pages.post("/models/:name/:version/try", needs: .read) { request, form in
            let version = try await version(request)
            return .page(try await page(version, request, answers: form.all("value")))
        }
    }

    private func changeTag(_ form: Form, of model: String, version: Int?) async throws {
        let key = form.text("key")
        if form["action"] == "delete" {
            try await stores.registry.deleteTag(key, model: model, version: version)
        } else if let version {
            try await stores.registry.setTags([key: form.text("value")], model: model, version: version)
        } else {
            try await stores.registry.setTags([key: form.text("value")], model: model)
        }
    }

    /// Browsers end the lines of a form as mail does.
    private static func plain(_ text: String) -> String { text.replacing("\r\n", with: "\n") }

    private func version(_ request: PageRequest) async throws -> ModelVersion {
        let name = try request.part("name")
        return try await stores.registry.version(Int(try request.number("version")), of: name)
    }

    private func list(_ request: PageRequest) async throws -> Page {
        let found = try await stores.registry.models(after: request.query["after"] ?? "", limit: Self.pageSize + 1)
        guard !found.isEmpty else {
            return Page(
                "Models",
                section: .models,
                body: .empty(
                    """
                    No model is registered. <a href="/submit/train">Train a forest</a> and fill in "Register as", or: \
                    <code>submit train --register NAME --wait</code>
                    """
                )
            )
        }
        var table = Table(
            "Registered models",
            [
                .init("Model"), .init("Latest version"), .init("Versions", .right, isMinor: true), .init("Aliases"),
                .init("Changed", .right),
            ]
        )
        for model in found.prefix(Self.pageSize) {
            table.add(
                [
                    .nameLink(model.name, to: Location("models", model.name)),
                    model.latestVersion.map { .link("\($0)", to: Location("models", model.name, "\($0)")) }
                        ?? .text(nil),
                    "\(model.versionCount)",
                    model.aliases.sorted { $0.key < $1.key }.map { alias, version -> HTML in
                        "\(HTML.badge(alias, "alias")) <span class=\"muted\">version \(version)</span>"
                    }.joined(separator: "<br>"),
                    request.viewer.time(model.updatedAt),
                ],
                isHeader: true
            )
        }
        let next: HTML =
            found.count > Self.pageSize
            ? """
            <nav class="pager" aria-label="Pages"><a rel="next" \
            href="\(Location("models", query: ["after": found[Self.pageSize - 1].name]))">More models</a></nav>
            """ : ""
        return Page("Models", section: .models, body: "\(table.html)\(next)")
    }

    private func model(_ request: PageRequest) async throws -> Page {
        let name = try request.part("name")
        let before = request.query["before"].flatMap { Int($0) } ?? Int(Int32.max)
        let model = try await stores.registry.model(named: name)
        let versions = try await stores.registry.versions(of: name, before: before, limit: Self.pageSize + 1)
        let ids = versions.compactMap(\.run).map(Run.ID.init(rawValue:))
        var runs: [Run.ID: Run] = [:]
        for run in try await stores.tracking.existingRuns(ids) { runs[run.id] = run }
        let view = ModelView(
            viewer: request.viewer,
            model: model,
            versions: Array(versions.prefix(Self.pageSize)),
            hasMore: versions.count > Self.pageSize,
            runs: runs,
            moves: try await stores.registry.aliasMoves(of: name, limit: 20)
        )
        var page = Page(name, section: .models, body: view.html)
        page.trail = [("Models", Location("models"))]
        return page
    }

    // MARK: One version

    private func page(_ version: ModelVersion, _ request: PageRequest, answers: [String]?) async throws -> Page {
        let runs = try await stores.tracking.existingRuns(version.run.map { [Run.ID(rawValue: $0)] } ?? [])
        let logged: LoggedModel? =
            if let id = version.loggedModel { try await stores.tracking.loggedModel(.init(rawValue: id)) } else { nil }
        var trial: ModelTrial?
        var obstacle: String?
        do {
            trial = try await self.trial(of: version, answers: answers)
        } catch let error as ModelError {
            obstacle = error.description
        } catch let error as RegistryError {
            obstacle = error.description
        } catch let error as ArtifactError where error.code == .notFound {
            obstacle = error.description
        }
        let view = VersionView(
            viewer: request.viewer,
            version: version,
            run: runs.first,
            signature: logged?.signature,
            path: logged?.artifactPath ?? logged?.name ?? "model",
            trial: trial,
            obstacle: obstacle,
            host: request.request.head.authority ?? "localhost:5000"
        )
        var page = Page("\(version.model) version \(version.version)", section: .models, body: view.html)
        page.trail = [("Models", Location("models")), (version.model, Location("models", version.model))]
        page.aside = view.aliases
        return page
    }

    /// Predicts the input example, or what was typed over it.
    private func trial(of version: ModelVersion, answers: [String]?) async throws -> ModelTrial? {
        let resolved = try await stores.registry.resolve(.version(name: version.model, version: version.version))
        let (owner, folder): (ArtifactOwner, ArtifactPath?) =
            switch resolved.folder {
            case .run(let number, let path): (.run(number), try ArtifactPath(path))
            case .loggedModel(let number): (.loggedModel(number), nil)
            }
        let example = try ArtifactPath(folder.map { "\($0)/input_example.json" } ?? "input_example.json")
        let files = try await stores.artifacts.files(in: folder, of: owner)
        guard files.contains(where: { $0.path == example && $0.size < 1 << 20 }),
            files.allSatisfy({ $0.size <= Self.trialLimit })
        else { return nil }
        guard var trial = ModelTrial(example: try await stores.artifacts.read(example, of: owner)) else { return nil }
        guard let answers else { return trial }
        trial.predict(answers, with: try await ModelReader(artifacts: stores.artifacts).load(resolved))
        return trial
    }
}
