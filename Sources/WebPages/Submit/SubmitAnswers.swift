internal import Datasets
internal import JobSubmission
internal import Jobs
internal import Registry
internal import Tracking

/// The answers of a form as the request that they make. Throws `SubmissionError` that names the option at fault.
struct SubmitAnswers {
    static let upload = "upload"
    static let sql = "sql"

    let answers: [String: String]

    init(_ answers: [String: String]) { self.answers = answers }

    /// Options are named as in the shell, so that an error names the field.
    static func name(of option: ForestOption) -> String { String(option.flag.dropFirst(2)).replacing("-", with: "_") }

    /// Never a path that somebody typed: that would read the files of the server.
    func data(_ file: UploadedData?) throws -> DataRequest {
        let source: DataRequest.Source
        switch answers["data"] {
        case Self.upload?:
            guard let file else { throw SubmissionError(option: "--file", "choose a file") }
            source = .uploaded(name: file.name, bytes: file.bytes)
        case Self.sql?:
            guard let text = answers["sql"], text.hasPrefix("table:") || text.hasPrefix("query:") else {
                throw SubmissionError(option: "--sql", "write table:SCHEMA.NAME or query:SELECT …")
            }
            source = .named(text)
        case let name?:
            source = .named(try BuiltInDataset(named: name).rawValue)
        case nil: source = .named(BuiltInDataset.diabetes.rawValue)
        }
        return DataRequest(
            source,
            target: answers["target"],
            features: answers["features"]?.split(separator: ",").map(Self.trimmed)
        )
    }

    func train(_ data: DataRequest) throws -> TrainRequest {
        var request = TrainRequest(data: data)
        for option in ForestOption.allCases {
            request.forest[option] = answers[Self.name(of: option)].map(Self.trimmed)
        }
        request.sampleWeight = answers["sample_weight"]
        request.categorical = answers["categorical"].map(Self.categories)
        request.sample = try integer("sample")
        request.shards = try integer("shards")
        request.sampleSeed = try seed("sample_seed")
        if let text = answers["test_size"] { request.testSize = try TestSize(Self.trimmed(text)) }
        request.splitSeed = try seed("split_seed")
        if let name = answers["model_name"] { request.modelName = name }
        request.registeredName = answers["register"]
        request.alias = answers["alias"]
        request.ifBetter = answers["if_better"]
        try check("--register", request.registeredName) { name throws(RegistryError) in
            try RegistryStore.checkModelName(name)
        }
        try check("--alias", request.alias) { alias throws(RegistryError) in try RegistryStore.checkAlias(alias) }
        request.tracking = try tracking()
        request.queueing = try queueing()
        return request
    }

    func predict(_ data: DataRequest) throws -> PredictRequest {
        guard let model = answers["model"] else {
            throw SubmissionError(option: "--model", "name a model, such as models:/NAME/1")
        }
        var request = PredictRequest(modelURI: Self.trimmed(model), data: data)
        request.rows = try answers["rows"].map { try RowRange(Self.trimmed($0)) }
        request.tracking = try tracking()
        request.queueing = try queueing()
        return request
    }

    private func tracking() throws -> TrackingRequest {
        var tracking = TrackingRequest()
        if let name = answers["experiment"] { tracking.experiment = name }
        tracking.runName = answers["run_name"]
        for line in (answers["tag"] ?? "").split(whereSeparator: \.isNewline) where !line.allSatisfy(\.isWhitespace) {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw SubmissionError(option: "--tag", "'\(line)' is not a tag: write key=value")
            }
            tracking.tags[String(parts[0])] = String(parts[1])
        }
        try check("--experiment", tracking.experiment) { name throws(TrackingError) in
            try TrackingStore.checkExperimentName(name)
        }
        try check("--tag", tracking.tags) { tags throws(TrackingError) in try TrackingStore.checkTags(tags) }
        return tracking
    }

    /// Names the option at fault, which the rule itself does not know.
    private func check<Value, Failure: Error & CustomStringConvertible>(
        _ option: String,
        _ value: Value?,
        _ rule: (Value) throws(Failure) -> Void
    ) throws {
        guard let value else { return }
        do throws(Failure) { try rule(value) } catch {
            throw SubmissionError(option: option, error.description)
        }
    }

    private func queueing() throws -> QueueingRequest {
        var queueing = QueueingRequest()
        if let name = answers["queue"] { queueing.queue = Self.trimmed(name) }
        if let priority = try integer("priority") { queueing.priority = priority }
        queueing.needs = try (answers["after"] ?? "").split { $0 == "," || $0.isWhitespace }.map { text in
            guard let id = Int64(text) else {
                throw SubmissionError(
                    option: "--after",
                    "'\(text.prefix(40))' is not the id of a job: give numbers, as 12,13"
                )
            }
            return Job.ID(rawValue: id)
        }
        queueing.start = try start()
        if let attempts = try integer("max_attempts") { queueing.maxAttempts = attempts }
        queueing.timeout = try minutes("timeout")
        queueing.uniqueKey = answers["unique"]
        return queueing
    }

    private func start() throws -> NewJob.Start {
        let delay = try minutes("delay")
        guard let text = answers["at"].map(Self.trimmed) else { return delay.map { .after($0) } ?? .now }
        guard delay == nil else { throw refusal("at", "give a time or a delay in minutes, not both") }
        return .at(try QueueingRequest.time(text))
    }

    private static func categories(_ text: String) -> CategoricalColumns {
        trimmed(text) == "all" ? .all : .named(text.split(separator: ",").map(trimmed))
    }

    private func integer(_ name: String) throws -> Int? {
        guard let text = answers[name].map(Self.trimmed) else { return nil }
        guard let number = Int(text) else { throw refusal(name, "'\(text)' is not a whole number") }
        return number
    }

    private func seed(_ name: String) throws -> UInt32? {
        guard let number = try integer(name) else { return nil }
        guard let seed = UInt32(exactly: number) else {
            throw refusal(name, "\(number) is out of range: give 0 to 4294967295")
        }
        return seed
    }

    private func minutes(_ name: String) throws -> Duration? {
        guard let text = answers[name].map(Self.trimmed) else { return nil }
        guard let number = Double(text), number >= 0, number < 5_000_000 else {
            throw refusal(name, "'\(text)' is not a time in minutes: give a number such as 10")
        }
        return .seconds(number * 60)
    }

    private func refusal(_ name: String, _ message: String) -> SubmissionError {
        SubmissionError(option: "--" + name.replacing("_", with: "-"), message)
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
