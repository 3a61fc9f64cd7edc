internal import ArgumentParser
internal import CommandSupport
internal import Postgres
internal import Tracking

struct CompareRuns: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Put runs side by side: the parameters that differ, and every metric.",
        discussion: "Example: coppice runs compare 3f2a 91bc d004"
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "Ids of two or more runs, or the first few digits of each.")
    var runs: [String]
    @Flag(help: "Show parameters that are the same, too.")
    var all = false

    func validate() throws {
        guard runs.count >= 2 else { throw ValidationError("needs at least two runs to compare") }
    }

    func run() async throws {
        let store = TrackingStore(pool: try await database.open(program: "coppice runs", size: 1))
        var found: [Run] = []
        for run in runs { found.append(try await store.run(startingWith: run)) }
        let comparison = RunComparison(found)
        if output.json {
            json(comparison).print()
            return
        }
        var table = TextTable([.init("")] + found.map { .init($0.shortID, .right, shrinks: true) })
        table.add(["name"] + found.map(\.name))
        table.add(["experiment"] + found.map(\.experimentName))
        table.add(["status"] + found.map(\.statusText))
        table.add(["took"] + found.map { $0.duration.map { HumanReadable.duration(.seconds($0)) } })
        for line in comparison.params where all || line.differs { table.add([line.key] + line.values) }
        for line in comparison.metrics { table.add([line.key] + line.values.map { $0.map(HumanReadable.number) }) }
        table.print(empty: "")
    }

    private func json(_ comparison: RunComparison) -> JSON {
        [
            "runs": .array(comparison.runs.map(\.json)),
            "params": .array(
                comparison.params.map { line in
                    [
                        "key": .string(line.key), "values": .array(line.values.map(JSON.text)),
                        "differs": .bool(line.differs),
                    ]
                }
            ),
            "metrics": .array(
                comparison.metrics.map { line in
                    ["key": .string(line.key), "values": .array(line.values.map(JSON.double))]
                }
            ),
        ]
    }
}
