extension Hyperparameters {
    /// The parameters as they are logged with a run: scikit-learn's names and Python's spelling of values.
    public var parameters: [(name: String, value: String)] {
        var list: [(name: String, value: String)] = [
            ("task", task.rawValue),
            ("n_estimators", String(treeCount)),
            ("criterion", criterion.rawValue),
            ("max_depth", Self.python(maxDepth)),
            ("min_samples_split", minSamplesSplit.python),
            ("min_samples_leaf", minSamplesLeaf.python),
            ("min_weight_fraction_leaf", Self.python(minWeightFractionLeaf)),
            ("max_features", maxFeatures.python),
            ("max_leaf_nodes", Self.python(maxLeafNodes)),
            ("min_impurity_decrease", Self.python(minImpurityDecrease)),
            ("bootstrap", Self.python(bootstrap)),
            ("max_samples", maxSamples?.python ?? "None"),
            ("oob_score", Self.python(oobScore)),
            ("ccp_alpha", Self.python(ccpAlpha)),
            ("monotonic_cst", monotonicConstraints.map { "\($0)" } ?? "None"),
        ]
        if task == .classification { list.append(("class_weight", classWeight?.python ?? "None")) }
        list.append(("splitter", splitter.rawValue))
        return list
    }

    static func python(_ value: Bool) -> String { value ? "True" : "False" }

    static func python(_ value: Int?) -> String { value.map(String.init) ?? "None" }

    /// Python's `repr` of a float: the shortest digits that read back as the same number, exponents of two digits.
    static func python(_ value: Double) -> String {
        let text = value.description
        guard let mark = text.firstIndex(of: "e") else { return text }
        var mantissa = text[..<mark]
        if mantissa.hasSuffix(".0") { mantissa = mantissa.dropLast(2) }
        let exponent = text[text.index(after: mark)...]
        let sign = exponent.hasPrefix("-") ? "-" : "+"
        let digits = exponent.drop { $0 == "-" || $0 == "+" }
        return mantissa + "e" + sign + (digits.count < 2 ? "0" : "") + digits
    }
}

extension Hyperparameters.SampleCount {
    var python: String {
        switch self {
        case .count(let count): String(count)
        case .fraction(let share): Hyperparameters.python(share)
        }
    }
}

extension Hyperparameters.MaxFeatures {
    var python: String {
        switch self {
        case .all: "None"
        case .squareRoot: "sqrt"
        case .log2: "log2"
        case .count(let count): String(count)
        case .fraction(let share): Hyperparameters.python(share)
        }
    }
}

extension Hyperparameters.ClassWeight {
    var python: String {
        switch self {
        case .balanced: "balanced"
        case .balancedSubsample: "balanced_subsample"
        case .weights(let weights):
            "{"
                + weights.sorted { $0.key < $1.key }.map { "\($0.key): \(Hyperparameters.python($0.value))" }
                .joined(separator: ", ") + "}"
        }
    }
}
