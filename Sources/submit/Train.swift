internal import ArgumentParser
internal import CommandSupport
internal import Datasets
internal import JobSubmission

struct Train: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Queue a job that trains a random forest.",
        discussion: """
            Options of the forest have scikit-learn's names, meaning and defaults. Seeds that are not given are drawn and \
            recorded, so that every run can be repeated.

            Example:
              submit train --data houses.csv --target price --n-estimators 200 --experiment houses --wait
            """
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup(title: "Data") var data: DataOptions

    @Option(help: ArgumentHelp("Rows kept for testing: a share such as 0.25, or a number of rows.", valueName: "size"))
    var testSize = "0.25"

    @Option(help: ArgumentHelp("Seed of the train/test split (default: drawn).", valueName: "seed"))
    var splitSeed: UInt32?

    @OptionGroup(title: "Forest") var forest: ForestArguments
    @OptionGroup(title: "Tracking") var tracking: TrackingOptions

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

    @OptionGroup(title: "Queueing") var queueing: QueueingOptions
    @OptionGroup(title: "Waiting") var waiting: WaitOptions

    func run() async throws {
        var request = TrainRequest(data: data.request)
        request.forest = forest.options
        request.randomState = forest.randomState
        request.testSize = try TestSize(testSize)
        request.splitSeed = splitSeed
        request.modelName = modelName
        request.registeredName = register
        request.alias = alias
        request.ifBetter = ifBetter
        request.tracking = try tracking.request
        request.queueing = try queueing.request
        try await Submission(database: database, waiting: waiting).run { service in
            try await service.submit(request)
        }
    }
}
