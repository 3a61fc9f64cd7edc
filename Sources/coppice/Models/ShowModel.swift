internal import ArgumentParser
internal import CommandSupport
internal import Postgres
internal import Registry
internal import Tracking

struct ShowModel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a registered model and its versions, or one version.",
        discussion: """
            Example: every version, newest first
              coppice models show rf_regressor
            Example: one version, with its run and metrics
              coppice models show models:/rf_regressor@champion
            """
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var list: ListOptions

    @Argument(
        help: ArgumentHelp("A registered model's name, or models:/NAME/VERSION, /latest or @ALIAS.", valueName: "model")
    )
    var model: String

    func run() async throws {
        let pool = try await database.open(program: "coppice models", size: 1)
        let store = RegistryStore(pool: pool)
        if model.contains(":") {
            try await showVersion(try await ModelArgument(model).version(store), tracking: TrackingStore(pool: pool))
        } else {
            try await showModel(store)
        }
    }

    private func showModel(_ store: RegistryStore) async throws {
        let found = try await store.model(named: model)
        let versions = try await store.versions(of: model, limit: list.limit)
        if list.json {
            JSON.object([.init("model", found.json), .init("versions", .array(versions.map(\.json)))]).print()
            return
        }
        var details = DetailList()
        details.add("model", found.name)
        details.add("description", found.description.isEmpty ? nil : found.description)
        details.add("created", HumanReadable.timestamp(found.createdAt))
        for (key, value) in found.tags.sorted(by: { $0.key < $1.key }) { details.add("tag", "\(key)=\(value)") }
        details.print()
        print()
        var table = TextTable([
            .init("version", .right), .init("status"), .init("aliases", shrinks: true), .init("registered"),
            .init("run"), .init("job", .right), .init("user", shrinks: true), .init("description", shrinks: true),
        ])
        for version in versions {
            table.add([
                String(version.version), version.status.rawValue, version.aliases.joined(separator: ", "),
                HumanReadable.relative(version.createdAt), version.run.map { String($0.prefix(8)) },
                version.job.map { String($0) }, version.user, version.description,
            ])
        }
        list.print(table, empty: "It has no versions.")
    }

    private func showVersion(_ version: ModelVersion, tracking: TrackingStore) async throws {
        let run = try await version.runNumber.asyncMap { try await tracking.run(Run.Number(rawValue: $0)) } ?? nil
        if list.json {
            JSON.object([.init("version", version.json), .init("run", run?.json ?? .null)]).print()
            return
        }
        var details = DetailList()
        details.add("model", "models:/\(version.model)/\(version.version)")
        details.add("status", version.status.rawValue)
        details.add("aliases", version.aliases.isEmpty ? nil : version.aliases.joined(separator: ", "))
        details.add("description", version.description.isEmpty ? nil : version.description)
        details.add(
            "registered",
            HumanReadable.timestamp(version.createdAt) + (version.user.isEmpty ? "" : " by \(version.user)")
        )
        details.add("source", version.source)
        details.add("run", version.run.map { id in id + (run.map { " (\($0.name))" } ?? "") })
        details.add("job", version.job.map { String($0) })
        for (key, value) in version.tags.sorted(by: { $0.key < $1.key }) { details.add("tag", "\(key)=\(value)") }
        for metric in run?.metrics.values.sorted(by: { $0.key < $1.key }) ?? [] {
            details.add(metric.key, "\(metric.value)")
        }
        details.print()
    }
}

extension Optional {
    fileprivate func asyncMap<Value>(_ transform: (Wrapped) async throws -> Value) async throws -> Value? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
