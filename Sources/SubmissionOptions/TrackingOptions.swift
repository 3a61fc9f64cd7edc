public import ArgumentParser
public import JobSubmission

/// Where the runs go.
public struct TrackingOptions: ParsableArguments, Sendable {
    @Option(help: "Experiment of the run; made if it is new.")
    var experiment = "Default"

    @Option(help: "Name of the run (default: made up).")
    var runName: String?

    @Option(help: ArgumentHelp("A tag of the run; can be given again.", valueName: "key=value"))
    var tag: [String] = []

    public init() {}

    public var request: TrackingRequest {
        get throws {
            var request = TrackingRequest()
            request.experiment = experiment
            request.runName = runName
            for text in tag {
                let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2, !parts[0].isEmpty else {
                    throw SubmissionError(option: "--tag", "'\(text)' is not a tag: give key=value")
                }
                request.tags[String(parts[0])] = String(parts[1])
            }
            return request
        }
    }
}
