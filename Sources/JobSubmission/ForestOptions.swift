public import DecisionForests

/// Forest options as they were typed, not checked yet.
public struct ForestOptions: Sendable, Equatable {
    private var values: [ForestOption: String] = [:]

    public init() {}

    /// The text given for an option; nil for scikit-learn's default.
    public subscript(option: ForestOption) -> String? {
        get { values[option] }
        set { values[option] = newValue }
    }

    /// The checked hyperparameters.
    ///
    /// - Parameter task: what the data asks for, where `--task` was not given.
    /// - Throws: `SubmissionError` that names the option, what was given and what is allowed.
    public func hyperparameters(task: Hyperparameters.Task) throws(SubmissionError) -> Hyperparameters {
        let given = try self.task ?? task
        let treeCount = try integer(.treeCount) ?? 100
        let criterion = try choice(.criterion, Hyperparameters.Criterion.self)
        let maxDepth = try integerOrNone(.maxDepth)
        let minSamplesSplit = try sampleCount(.minSamplesSplit) ?? .count(2)
        let minSamplesLeaf = try sampleCount(.minSamplesLeaf) ?? .count(1)
        let minWeightFractionLeaf = try number(.minWeightFractionLeaf) ?? 0
        let maxFeatures = try self.maxFeatures
        let maxLeafNodes = try integerOrNone(.maxLeafNodes)
        let minImpurityDecrease = try number(.minImpurityDecrease) ?? 0
        let bootstrap = try boolean(.bootstrap) ?? true
        let maxSamples = try sampleCountOrNone(.maxSamples)
        let oobScore = try boolean(.oobScore) ?? false
        let ccpAlpha = try number(.ccpAlpha) ?? 0
        let monotonicConstraints = try self.monotonicConstraints
        let classWeight = try self.classWeight
        let splitter = try choice(.splitter, Hyperparameters.Splitter.self) ?? .exact
        do {
            return try Hyperparameters(
                task: given,
                treeCount: treeCount,
                criterion: criterion,
                maxDepth: maxDepth,
                minSamplesSplit: minSamplesSplit,
                minSamplesLeaf: minSamplesLeaf,
                minWeightFractionLeaf: minWeightFractionLeaf,
                maxFeatures: maxFeatures,
                maxLeafNodes: maxLeafNodes,
                minImpurityDecrease: minImpurityDecrease,
                bootstrap: bootstrap,
                maxSamples: maxSamples,
                oobScore: oobScore,
                ccpAlpha: ccpAlpha,
                monotonicConstraints: monotonicConstraints,
                classWeight: classWeight,
                splitter: splitter
            )
        } catch {
            throw SubmissionError(error)
        }
    }

    /// The task, if one was given.
    public var task: Hyperparameters.Task? {
        get throws(SubmissionError) { try choice(.task, Hyperparameters.Task.self) }
    }
}

extension SubmissionError {
    /// The same error, with the parameter as the option of the shell.
    init(_ error: TrainingError) {
        guard let option = error.parameter.flatMap(ForestOption.init) else {
            self.init(error.description)
            return
        }
        let prefix = "\(option.rawValue): "
        let text = error.description
        self.init(option: option.flag, text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text)
    }
}
