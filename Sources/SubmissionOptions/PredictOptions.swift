public import ArgumentParser
internal import Datasets
public import JobSubmission

/// What a predict job is asked for, as typed: of `submit predict`, and of everything that takes the same arguments.
public struct PredictOptions: ParsableArguments, Sendable {
    @Option(help: ArgumentHelp("The model.", valueName: "uri"))
    var model: String

    @OptionGroup(title: "Data") var data: DataOptions

    @Option(help: ArgumentHelp("Rows to predict, from 0 (default: all).", valueName: "a..<b"))
    var rows: String?

    @OptionGroup(title: "Tracking") var tracking: TrackingOptions
    @OptionGroup(title: "Queueing") var queueing: QueueingOptions

    public init() {}

    /// - Throws: an error that names the option, what was given and what is allowed.
    public var request: PredictRequest {
        get throws {
            var request = PredictRequest(modelURI: model, data: data.request)
            request.rows = try rows.map { text in try RowRange(text) }
            request.tracking = try tracking.request
            request.queueing = try queueing.request
            return request
        }
    }
}
