internal import ArgumentParser
internal import Artifacts
internal import CommandSupport
internal import Postgres
internal import Registry
internal import Tracking

struct ShowRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one run: its parameters, metrics, tags, data, models, artifacts and child runs.",
        discussion: "Example: coppice runs show 3f2a"
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "The run's id, or the first few digits of it.")
    var run: String

    private struct Everything {
        let run: Run
        let inputs: [RunInput]
        let models: [LoggedModel]
        let versions: [ModelVersion]
        let artifacts: [ArtifactEntry]
        /// Oldest first.
        let children: [Run]
    }

    func run() async throws {
        let pool = try await database.open(program: "coppice runs", size: 1)
        let store = TrackingStore(pool: pool)
        let run = try await store.run(startingWith: run)
        var childQuery = RunQuery()
        childQuery.parent = run.id
        childQuery.limit = TrackingLimits.searchPage
        let everything = Everything(
            run: run,
            inputs: try await store.inputs(of: run.number),
            models: try await store.loggedModels(of: run.number),
            versions: try await RegistryStore(pool: pool).versions(ofRun: run.number.rawValue),
            artifacts: try await ArtifactStore(pool: pool).list(of: .run(run.number.rawValue)),
            children: try await store.runs(childQuery).reversed()
        )
        if output.json {
            json(everything).print()
        } else {
            printText(everything)
        }
    }

    private func printText(_ everything: Everything) {
        let run = everything.run
        var details = DetailList()
        details.add("run", run.id.rawValue)
        details.add("name", run.name)
        details.add("experiment", run.experimentName)
        details.add("status", run.statusText)
        details.add(
            "started",
            run.startedAt.map { HumanReadable.timestamp($0) + (run.user.isEmpty ? "" : " by \(run.user)") }
        )
        details.add("took", run.duration.map { HumanReadable.duration(.seconds($0)) })
        details.add("job", run.job.map { "\($0), attempt \(run.attempt ?? 1)" })
        details.add("parent", run.parent?.rawValue)
        for input in everything.inputs {
            let context = input.tags[RunInput.contextTag].map { " (\($0))" } ?? ""
            details.add("data", "\(input.dataset.name), digest \(input.dataset.digest)\(context)")
        }
        for model in everything.models {
            details.add("model", "models:/\(model.id)" + (model.artifactPath.map { " in \($0)/" } ?? ""))
        }
        for version in everything.versions { details.add("registered", "models:/\(version.model)/\(version.version)") }
        details.print()

        printTable(["parameter", "value"], run.params.sorted { $0.key < $1.key }.map { [$0.key, $0.value] })
        printTable(
            ["metric", "value"],
            run.metrics.values.sorted { $0.key < $1.key }.map { metric in
                [metric.key, "\(metric.value)" + (metric.step == 0 ? "" : " at step \(metric.step)")]
            }
        )
        // MLflow's own tags say what the lines above say.
        let tags = run.tags.filter { !$0.key.hasPrefix("mlflow.") }
        printTable(["tag", "value"], tags.sorted { $0.key < $1.key }.map { [$0.key, $0.value] })
        printTable(
            ["artifact", "size"],
            everything.artifacts.map { [$0.path + ($0.isFolder ? "/" : ""), HumanReadable.byteCount($0.size)] }
        )
        printChildren(everything.children)
    }

    /// What they measured, and the parameters that make the difference.
    private func printChildren(_ children: [Run]) {
        guard !children.isEmpty else { return }
        let varied = RunComparison(children).params.filter(\.differs).map(\.key)
        print()
        var columns: [TextTable.Column] = [.init("child run"), .init("name", shrinks: true), .init("status")]
        columns += varied.map { .init($0, .right) }
        columns.append(.init("metrics", shrinks: true))
        var table = TextTable(columns)
        for child in children {
            table.add(
                [child.shortID, child.name, child.statusText] + varied.map { child.params[$0] } + [child.metricsText()]
            )
        }
        table.print(empty: "")
    }

    private func printTable(_ titles: [String], _ rows: [[String]]) {
        guard !rows.isEmpty else { return }
        print()
        var table = TextTable([.init(titles[0]), .init(titles[1], shrinks: true)])
        for row in rows { table.add(row) }
        table.print(empty: "")
    }

    private func json(_ everything: Everything) -> JSON {
        [
            "run": everything.run.json,
            "inputs": .array(
                everything.inputs.map { input in
                    [
                        "name": .string(input.dataset.name),
                        "digest": .string(input.dataset.digest),
                        "source_type": .string(input.dataset.sourceType),
                        "source": .string(input.dataset.source),
                        "context": .text(input.tags[RunInput.contextTag]),
                    ]
                }
            ),
            "models": .array(
                everything.models.map { model in
                    [
                        "model_id": .string(model.id.rawValue), "name": .string(model.name),
                        "artifact_path": .text(model.artifactPath), "status": .string(model.status.rawValue),
                    ]
                }
            ),
            "model_versions": .array(
                everything.versions.map { ["name": .string($0.model), "version": .int($0.version)] }
            ),
            "artifacts": .array(everything.artifacts.map(\.json)),
            "children": .array(everything.children.map { .string($0.id.rawValue) }),
        ]
    }
}
