public import DecisionForests

extension LabelledTable {
    /// Keeps some rows for testing.
    ///
    /// - Throws: `DataError` as `TrainTestSplit` does; `constantTarget` if only one class is left to train on,
    ///   `badWeight` if all rows on one of the two sides have weight 0.
    public func split(testSize: TestSize, seed: UInt32) throws(DataError) -> TrainTestSplit {
        let split = try TrainTestSplit(rowCount: rowCount, testSize: testSize, seed: seed)
        if case .classes(let classes, _) = target, let labels = classLabels {
            let first = classes[split.train[0]]
            guard split.train.contains(where: { classes[$0] != first }) else {
                throw DataError(
                    .constantTarget,
                    "all \(split.train.count) rows to train on are of class \(quoted(labels[Int(first)])): "
                        + "choose a smaller test size, another split seed, or bring more rows",
                    column: targetName
                )
            }
        }
        if let sampleWeights {
            for (rows, purpose) in [(split.train, "train"), (split.test, "test")] {
                guard rows.contains(where: { sampleWeights[$0] > 0 }) else {
                    throw DataError(
                        .badWeight,
                        "all \(rows.count) rows to \(purpose) on have weight 0: choose another split seed or test size"
                    )
                }
            }
        }
        return split
    }

    /// The training set of the rows at `indices`, in that order.
    ///
    /// - Throws: `TrainingError` for what `init` let pass.
    public func trainingSet(rows indices: [Int]) throws(TrainingError) -> TrainingSet {
        try TrainingSet(
            features: featureMatrix(rows: indices),
            target: target.rows(indices),
            sampleWeights: sampleWeights.map { weights in indices.map { weights[$0] } }
        )
    }

    /// The features of the rows at `indices`, in that order, rounded to single precision.
    public func featureMatrix(rows indices: [Int]) -> FeatureMatrix {
        var values: [Float] = []
        values.reserveCapacity(indices.count * features.columns.count)
        for column in features.columns {
            guard case .numbers(let numbers) = column.values else { preconditionFailure("init refuses text") }
            for index in indices { values.append(Float(numbers[index])) }
        }
        return FeatureMatrix(rowCount: indices.count, featureCount: features.columns.count, values: values)
    }

    /// Row and column of the first missing feature value.
    public var firstMissingValue: (row: Int, column: String)? {
        for column in features.columns {
            guard case .numbers(let numbers) = column.values else { continue }
            if let row = numbers.firstIndex(where: \.isNaN) { return (row, column.name) }
        }
        return nil
    }
}
