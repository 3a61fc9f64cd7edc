internal import Artifacts
internal import Jobs
internal import Registry
internal import Tracking

extension SubmissionService {
    func check(_ request: TrainRequest) throws {
        try check(request.tracking, request.queueing)
        if let name = request.registeredName { try RegistryStore.checkModelName(name) }
        if let alias = request.alias {
            try RegistryStore.checkAlias(alias)
            guard request.registeredName != nil else {
                throw SubmissionError(option: "--alias", "an alias points at a registered model: add --register NAME")
            }
        }
        if request.ifBetter != nil, request.alias == nil {
            throw SubmissionError(option: "--if-better", "it decides about an alias: add --alias NAME")
        }
        do {
            let path = try ArtifactPath(request.modelName)
            guard !["png", "svg", "json", "csv"].contains(where: { path.description.hasSuffix(".\($0)") }) else {
                throw SubmissionError(
                    option: "--model-name",
                    "'\(request.modelName)' looks like a file among the artifacts: give a plain name"
                )
            }
            guard !path.description.contains("/") else {
                throw SubmissionError(option: "--model-name", "'\(request.modelName)' has a slash: give a plain name")
            }
        } catch let error as ArtifactError {
            throw SubmissionError(option: "--model-name", error.description)
        }
    }

    func check(_ tracking: TrackingRequest, _ queueing: QueueingRequest) throws {
        guard Int(Int16.min)...Int(Int16.max) ~= queueing.priority else {
            throw SubmissionError(option: "--priority", "\(queueing.priority) is out of range: give -32768 to 32767")
        }
        guard 1...1_000_000 ~= queueing.maxAttempts else {
            throw SubmissionError(
                option: "--max-attempts",
                "\(queueing.maxAttempts) is out of range: give 1 to 1000000"
            )
        }
        if let key = queueing.uniqueKey, !(1...200 ~= key.unicodeScalars.count) {
            throw SubmissionError(
                option: "--unique",
                "the key has \(key.unicodeScalars.count) characters: give 1 to 200"
            )
        }
        guard queueing.queue.wholeMatch(of: /[A-Za-z0-9_.\-]{1,100}/) != nil else {
            throw SubmissionError(
                option: "--queue",
                "'\(queueing.queue)' is not a queue name: use letters, digits, '_', '.' and '-', 100 at most"
            )
        }
        if let timeout = queueing.timeout, timeout <= .zero {
            throw SubmissionError(option: "--timeout", "it has to be longer than nothing, such as 1h")
        }
        try TrackingStore.checkTags(tracking.tags)
        if let name = tracking.runName { try TrackingStore.checkTags(["mlflow.runName": name]) }
        try TrackingStore.checkExperimentName(tracking.experiment)
    }
}
