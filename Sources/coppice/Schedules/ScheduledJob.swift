internal import ArgumentParser
internal import CommandSupport
internal import JobSubmission
internal import SubmissionOptions

/// What stands after `--`: the arguments of `submit`.
enum ScheduledJob {
    case train(TrainRequest)
    case predict(PredictRequest)

    /// - Throws: `CommandFailure`, in the words of the parser.
    init(arguments: [String]) throws {
        let options = Array(arguments.dropFirst())
        switch arguments.first {
        case "train": self = .train(try Self.parse(TrainOptions.self, options, of: "train").request)
        case "predict": self = .predict(try Self.parse(PredictOptions.self, options, of: "predict").request)
        case "submit":
            throw CommandFailure("'submit' is left out here: give train or predict after --, and their options")
        case let word?:
            throw CommandFailure("'\(word)' cannot be scheduled: give train or predict after --, and their options")
        case nil:
            throw CommandFailure("there is nothing to queue: give train or predict after --, and their options")
        }
    }

    private static func parse<Options: ParsableArguments>(
        _ type: Options.Type,
        _ arguments: [String],
        of subcommand: String
    ) throws -> Options {
        do {
            return try Options.parse(arguments)
        } catch {
            // The first line only: the others show the usage of a command that does not exist.
            let lines = Options.message(for: error).split(whereSeparator: \.isNewline)
            throw CommandFailure(
                "after --: \(lines.first ?? "these options cannot be read"); see `submit \(subcommand) --help`"
            )
        }
    }
}
