extension Hyperparameters {
    func checkRanges() throws(TrainingError) {
        try check("n_estimators", treeCount, 1...1_000_000_000 ~= treeCount, "an integer in 1…1000000000")
        if let maxDepth { try check("max_depth", maxDepth, maxDepth >= 1, "an integer of at least 1, or None") }
        try check("min_samples_split", minSamplesSplit, count: 2, fraction: { $0 > 0 && $0 <= 1 })
        try check("min_samples_leaf", minSamplesLeaf, count: 1, fraction: { $0 > 0 && $0 < 1 })
        try check(
            "min_weight_fraction_leaf",
            minWeightFractionLeaf,
            (0...0.5).contains(minWeightFractionLeaf),
            "a number in 0…0.5"
        )
        switch maxFeatures {
        case .count(let count): try check("max_features", count, count >= 1, "an integer of at least 1")
        case .fraction(let share): try check("max_features", share, share > 0 && share <= 1, "a share in (0, 1]")
        case .all, .squareRoot, .log2: break
        }
        if let maxLeafNodes {
            try check("max_leaf_nodes", maxLeafNodes, maxLeafNodes >= 2, "an integer of at least 2, or None")
        }
        try check(
            "min_impurity_decrease",
            minImpurityDecrease,
            minImpurityDecrease >= 0 && minImpurityDecrease.isFinite,
            "a number of at least 0"
        )
        if let maxSamples { try check("max_samples", maxSamples, count: 1, fraction: { $0 > 0 && $0.isFinite }) }
        try check("ccp_alpha", ccpAlpha, ccpAlpha >= 0 && ccpAlpha.isFinite, "a number of at least 0")
        if let monotonicConstraints {
            let valid = monotonicConstraints.allSatisfy { (-1...1).contains($0) }
            try check("monotonic_cst", monotonicConstraints, valid, "-1, 0 or 1 per feature")
        }
        if case .weights(let weights) = classWeight {
            let valid = weights.allSatisfy { $0.key >= 0 && $0.value >= 0 && $0.value.isFinite }
            try check("class_weight", weights, valid, "weights of at least 0 by class")
        }
    }

    func checkContradictions() throws(TrainingError) {
        guard criterion.task == task else {
            let allowed = Criterion.allCases.filter { $0.task == task }.map(\.rawValue).joined(separator: ", ")
            throw contradiction("criterion", "\(criterion.rawValue) does not measure a \(task); use one of \(allowed)")
        }
        if oobScore && !bootstrap {
            throw contradiction("oob_score", "without a bootstrap no row is out of bag; use bootstrap or no oob_score")
        }
        if maxSamples != nil && !bootstrap {
            throw contradiction(
                "max_samples",
                "without a bootstrap nothing is sampled; use bootstrap or no max_samples"
            )
        }
        if classWeight != nil && task == .regression {
            throw contradiction("class_weight", "a regression has no classes; leave it out")
        }
    }

    private func check(
        _ parameter: String,
        _ given: Any,
        _ valid: Bool,
        _ allowed: String
    ) throws(TrainingError) {
        if !valid {
            throw TrainingError(
                .invalidParameter,
                parameter: parameter,
                "\(parameter): \(given) is out of range; give \(allowed)"
            )
        }
    }

    private func check(
        _ parameter: String,
        _ samples: SampleCount,
        count least: Int,
        fraction isValid: (Double) -> Bool
    ) throws(TrainingError) {
        let allowed = "an integer of at least \(least), or a share between 0 and 1"
        switch samples {
        case .count(let count): try check(parameter, count, count >= least, allowed)
        case .fraction(let share): try check(parameter, share, isValid(share), allowed)
        }
    }

    private func contradiction(_ parameter: String, _ reason: String) -> TrainingError {
        TrainingError(.contradictoryParameters, parameter: parameter, "\(parameter): \(reason)")
    }
}
