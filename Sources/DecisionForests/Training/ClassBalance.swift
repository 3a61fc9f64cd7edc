/// Weights that make classes count as much as wanted.
enum ClassBalance {
    /// The weight of each row: its sample weight times the weight of its class; nil: all 1.
    static func rowWeights(_ trainingSet: TrainingSet, classWeight: Hyperparameters.ClassWeight?) -> [Double]? {
        guard let classWeight, case .classes(let classes, let count) = trainingSet.target else {
            return trainingSet.sampleWeights
        }
        let byClass: [Double]
        switch classWeight {
        case .balanced, .balancedSubsample:
            let weights = trainingSet.sampleWeights ?? [Double](repeating: 1, count: classes.count)
            byClass = balanced(classes, count, weights: weights)
        case .weights(let given):
            byClass = (0..<count).map { given[$0] ?? 1 }
        }
        guard let weights = trainingSet.sampleWeights else { return classes.map { byClass[Int($0)] } }
        return zip(weights, classes).map { $0 * byClass[Int($1)] }
    }

    /// The weight of each class under which all classes that occur weigh the same and the total stays.
    static func balanced(_ classes: [Int32], _ count: Int, weights: [Double]) -> [Double] {
        var classWeights = [Double](repeating: 0, count: count)
        var occurs = [Bool](repeating: false, count: count)
        for (row, weight) in zip(classes, weights) where weight > 0 {
            classWeights[Int(row)] += weight
            occurs[Int(row)] = true
        }
        let present = classWeights.indices.filter { occurs[$0] }
        let total = present.map { classWeights[$0] }.numpySum()
        return classWeights.map { $0 > 0 ? total / (Double(present.count) * $0) : 0 }
    }
}
