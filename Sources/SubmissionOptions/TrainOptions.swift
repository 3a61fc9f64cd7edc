public import ArgumentParser
internal import Datasets
public import JobSubmission

/// What a train job is asked for, as typed: of `submit train`, and of everything that takes the same arguments.
public struct TrainOptions: ParsableArguments, Sendable {
    @OptionGroup(title: "Data") var data: DataOptions

    // The same title: they stand together in the help.
    @OptionGroup(title: "Data") var rows: TrainingRowsOptions
    @OptionGroup(title: "Forest") var forest: ForestArguments
    @OptionGroup(title: "Tracking") var tracking: TrackingOptions
    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "Sweeps and shards") var parts: PartsOptions
    @OptionGroup(title: "Queueing") var queueing: QueueingOptions

    public init() {}

    /// - Throws: an error that names the option, what was given and what is allowed.
    public var request: TrainRequest {
        get throws {
            var request = TrainRequest(data: data.request)
            request.sampleWeight = rows.sampleWeight
            request.categorical = rows.categorical.map {
                $0 == "all" ? .all : .named($0.split(separator: ",").map(String.init))
            }
            request.forest = forest.options
            request.testSize = try TestSize(rows.testSize)
            request.splitSeed = rows.splitSeed
            request.modelName = model.modelName
            request.registeredName = model.register
            request.alias = model.alias
            request.ifBetter = model.ifBetter
            request.sample = parts.sample
            request.sampleSeed = parts.sampleSeed
            request.shards = parts.shards
            request.tracking = try tracking.request
            request.queueing = try queueing.request
            return request
        }
    }
}

/// Which rows a forest learns from, and what they are.
struct TrainingRowsOptions: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "The column that says how much each row counts, in training and in the metrics; it is no feature.",
            valueName: "column"
        )
    )
    var sampleWeight: String?

    @Option(
        help: ArgumentHelp(
            "Columns of text whose values are categories, separated by commas, or all. Each category is told apart by its number in alphabetical order; the model keeps the numbers, and takes text it has not seen for a missing value.",
            valueName: "a,b|all"
        )
    )
    var categorical: String?

    @Option(help: ArgumentHelp("Rows kept for testing: a share such as 0.25, or a number of rows.", valueName: "size"))
    var testSize = "0.25"

    @Option(help: ArgumentHelp("Seed of the train/test split (default: drawn).", valueName: "seed"))
    var splitSeed: UInt32?
}

/// What becomes of the model.
struct ModelOptions: ParsableArguments, Sendable {
    @Option(help: ArgumentHelp("Folder of the model among the artifacts.", valueName: "name"))
    var modelName = "model"

    @Option(help: ArgumentHelp("Registered model that gets a new version.", valueName: "name"))
    var register: String?

    @Option(help: ArgumentHelp("Alias to move to the new version.", valueName: "name"))
    var alias: String?

    @Option(
        help: ArgumentHelp(
            "Move the alias only if this metric beats that of the version which has it.",
            valueName: "metric"
        )
    )
    var ifBetter: String?
}

/// How a train job is divided into several.
struct PartsOptions: ParsableArguments, Sendable {
    @Option(help: ArgumentHelp("Draw this many points of a sweep's grid (default: all).", valueName: "n"))
    var sample: Int?

    @Option(help: ArgumentHelp("Seed of that draw (default: drawn, recorded).", valueName: "seed"))
    var sampleSeed: UInt32?

    @Option(
        help: ArgumentHelp(
            "Let so many jobs grow the trees, on as many workers as there are; the model is the same to the last bit.",
            valueName: "n"
        )
    )
    var shards: Int?
}
