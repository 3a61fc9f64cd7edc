internal import ArgumentParser
internal import CommandSupport

@main
struct Submit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Queue training and prediction jobs, and follow them.",
        discussion: """
            Jobs wait in the database until a `worker` claims them. Everything is checked before it is queued.

            Example:
              submit train --data diabetes --max-depth 5 --register rf_regressor --wait
              submit predict --model models:/rf_regressor/1 --rows '0..<5' --wait
            """,
        version: CoppiceVersion.current,
        subcommands: [Train.self, Predict.self]
    )

    static func main() async { await runProgram(mayBlock: true) }
}
