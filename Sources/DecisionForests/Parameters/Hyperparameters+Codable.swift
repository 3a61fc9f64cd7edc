extension Hyperparameters: Codable {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case task
        case treeCount = "n_estimators"
        case criterion
        case maxDepth = "max_depth"
        case minSamplesSplit = "min_samples_split"
        case minSamplesLeaf = "min_samples_leaf"
        case minWeightFractionLeaf = "min_weight_fraction_leaf"
        case maxFeatures = "max_features"
        case maxLeafNodes = "max_leaf_nodes"
        case minImpurityDecrease = "min_impurity_decrease"
        case bootstrap
        case maxSamples = "max_samples"
        case oobScore = "oob_score"
        case ccpAlpha = "ccp_alpha"
        case monotonicConstraints = "monotonic_cst"
        case classWeight = "class_weight"
        case splitter
    }

    /// The keys, scikit-learn's names and `task` and `splitter`.
    public static var keys: [String] { CodingKeys.allCases.map(\.rawValue) }

    /// Keys that are absent take scikit-learn's defaults; `task` alone must be there.
    ///
    /// - Throws: `TrainingError` for values out of range, `DecodingError` for values of the wrong type.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        guard let task: Task = try values.choice(.task) else {
            throw DecodingError.keyNotFound(
                CodingKeys.task,
                .init(codingPath: values.codingPath, debugDescription: "task is missing")
            )
        }
        var maxFeatures = try values.decodeIfPresent(MaxFeatures.self, forKey: .maxFeatures)
        // An explicit null is Python's None, all features; an absent key is the default of the task.
        if maxFeatures == nil && values.contains(.maxFeatures) { maxFeatures = .all }
        try self.init(
            task: task,
            treeCount: values.decodeIfPresent(Int.self, forKey: .treeCount) ?? 100,
            criterion: values.choice(.criterion),
            maxDepth: values.decodeIfPresent(Int.self, forKey: .maxDepth),
            minSamplesSplit: values.decodeIfPresent(SampleCount.self, forKey: .minSamplesSplit) ?? .count(2),
            minSamplesLeaf: values.decodeIfPresent(SampleCount.self, forKey: .minSamplesLeaf) ?? .count(1),
            minWeightFractionLeaf: values.decodeIfPresent(Double.self, forKey: .minWeightFractionLeaf) ?? 0,
            maxFeatures: maxFeatures,
            maxLeafNodes: values.decodeIfPresent(Int.self, forKey: .maxLeafNodes),
            minImpurityDecrease: values.decodeIfPresent(Double.self, forKey: .minImpurityDecrease) ?? 0,
            bootstrap: values.decodeIfPresent(Bool.self, forKey: .bootstrap) ?? true,
            maxSamples: values.decodeIfPresent(SampleCount.self, forKey: .maxSamples),
            oobScore: values.decodeIfPresent(Bool.self, forKey: .oobScore) ?? false,
            ccpAlpha: values.decodeIfPresent(Double.self, forKey: .ccpAlpha) ?? 0,
            monotonicConstraints: values.decodeIfPresent([Int].self, forKey: .monotonicConstraints),
            classWeight: values.decodeIfPresent(ClassWeight.self, forKey: .classWeight),
            splitter: values.choice(.splitter) ?? .exact
        )
    }

    /// Writes every key, None as null, so that the record does not depend on later defaults.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(task, forKey: .task)
        try values.encode(treeCount, forKey: .treeCount)
        try values.encode(criterion, forKey: .criterion)
        try values.encode(maxDepth, forKey: .maxDepth)
        try values.encode(minSamplesSplit, forKey: .minSamplesSplit)
        try values.encode(minSamplesLeaf, forKey: .minSamplesLeaf)
        try values.encode(minWeightFractionLeaf, forKey: .minWeightFractionLeaf)
        try values.encode(maxFeatures, forKey: .maxFeatures)
        try values.encode(maxLeafNodes, forKey: .maxLeafNodes)
        try values.encode(minImpurityDecrease, forKey: .minImpurityDecrease)
        try values.encode(bootstrap, forKey: .bootstrap)
        try values.encode(maxSamples, forKey: .maxSamples)
        try values.encode(oobScore, forKey: .oobScore)
        try values.encode(ccpAlpha, forKey: .ccpAlpha)
        try values.encode(monotonicConstraints, forKey: .monotonicConstraints)
        try values.encode(classWeight, forKey: .classWeight)
        try values.encode(splitter, forKey: .splitter)
    }
}

extension KeyedDecodingContainer {
    /// One of a few names, if there is any; the error lists them all.
    fileprivate func choice<Choice: RawRepresentable<String> & CaseIterable>(_ key: Key) throws -> Choice? {
        guard let name = try decodeIfPresent(String.self, forKey: key) else { return nil }
        if let choice = Choice(rawValue: name) { return choice }
        let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        let problem = "\(name) is not one of \(names)"
        throw DecodingError.dataCorruptedError(forKey: key, in: self, debugDescription: problem)
    }
}
