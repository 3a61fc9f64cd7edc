extension Hyperparameters {
    /// Checks what only data and hyperparameters together show: a forest can be trained where this does not throw.
    ///
    /// - Throws: `TrainingError` that names the parameter.
    public func check(fit trainingSet: TrainingSet) throws(TrainingError) {
        let features = trainingSet.features
        switch (task, trainingSet.target) {
        case (.regression, .values(let values)):
            if criterion == .poisson { try Self.checkPoisson(values) }
        case (.classification, .classes(_, let count)):
            try checkClasses(count)
        case (.regression, .classes):
            throw TrainingError(.invalidData, "the target is of classes; a regression needs numbers")
        case (.classification, .values):
            throw TrainingError(.invalidData, "the target is of numbers; a classification needs classes")
        }
        if case .count(let count) = maxFeatures, count > features.featureCount {
            throw TrainingError(
                .invalidParameter,
                parameter: "max_features",
                "max_features: \(count) is more than the \(features.featureCount) features; give at most that"
            )
        }
        try Bootstrap.check(self, trainingSet)
        if let constraints = monotonicConstraints, constraints.count != features.featureCount {
            throw TrainingError(
                .invalidParameter,
                parameter: "monotonic_cst",
                "monotonic_cst: there are \(constraints.count) constraints for \(features.featureCount) features; give one each"
            )
        }
        if criterion == .absoluteError, features.values.contains(where: { $0.isNaN }) {
            throw TrainingError(
                .invalidData,
                parameter: "criterion",
                "criterion: absolute_error cannot train on missing values; fill them in or use another criterion"
            )
        }
    }

    private static func checkPoisson(_ values: [Double]) throws(TrainingError) {
        guard values.allSatisfy({ $0 >= 0 }), values.contains(where: { $0 > 0 }) else {
            throw TrainingError(
                .invalidData,
                parameter: "criterion",
                "criterion: poisson needs targets of at least 0 that are not all 0; use another criterion"
            )
        }
    }

    private func checkClasses(_ count: Int) throws(TrainingError) {
        if monotonicConstraints?.contains(where: { $0 != 0 }) == true && count > 2 {
            throw TrainingError(
                .contradictoryParameters,
                parameter: "monotonic_cst",
                "monotonic_cst: constraints need two classes, there are \(count); leave them out"
            )
        }
        if case .weights(let weights) = classWeight,
            let unknown = weights.keys.first(where: { $0 >= count })
        {
            throw TrainingError(
                .invalidParameter,
                parameter: "class_weight",
                "class_weight: there is no class \(unknown); give weights of 0..<\(count)"
            )
        }
    }
}
