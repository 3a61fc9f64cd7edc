extension TrainingPlan {
    /// Predicts every row by the trees that did not draw it.
    ///
    /// Sums run over the trees in their order, so that the result does not depend on the number of threads.
    func outOfBagEstimate(_ trees: [DecisionTree], threadCount: Int) async throws -> OutOfBagEstimate {
        let rowCount = trainingSet.features.rowCount
        let isInBag = try await TrainingExecutor.map(0..<trees.count, threadCount: threadCount) { index in
            bootstrap.counts(seed: treeSeeds[index])!.map { $0 > 0 }
        }
        let blockSize = 4096
        let blockCount = (rowCount + blockSize - 1) / blockSize
        let blocks = try await TrainingExecutor.map(0..<blockCount, threadCount: threadCount) { block in
            outOfBagMeans((block * blockSize)..<min(rowCount, (block + 1) * blockSize), trees, isInBag)
        }
        let predictions = blocks.flatMap(\.means)
        return OutOfBagEstimate(
            score: score(predictions),
            predictions: predictions,
            rowsWithoutEstimate: blocks.reduce(0) { $0 + $1.withoutEstimate }
        )
    }

    private func outOfBagMeans(
        _ rows: Range<Int>,
        _ trees: [DecisionTree],
        _ isInBag: [[Bool]]
    ) -> (means: [Double], withoutEstimate: Int) {
        var sums = [Double](repeating: 0, count: rows.count * outputCount)
        var counts = [Double](repeating: 0, count: rows.count)
        for (tree, isInBag) in zip(trees, isInBag) {
            for row in rows where !isInBag[row] {
                let leaf = tree.leaf(of: row, in: trainingSet.features)
                let index = row - rows.lowerBound
                counts[index] += 1
                for output in 0..<outputCount {
                    sums[index * outputCount + output] += tree.value[leaf * outputCount + output]
                }
            }
        }
        for index in sums.indices { sums[index] /= max(1, counts[index / outputCount]) }
        return (sums, counts.count { $0 == 0 })
    }

    private func score(_ predictions: [Double]) -> Double {
        switch trainingSet.target {
        case .values(let values):
            return RegressionMetrics(actual: values, predicted: predictions).r2
        case .classes(let classes, let count):
            let predicted = RandomForest.mostProbable(predictions, classCount: count)
            return Double(zip(classes, predicted).count { $0 == $1 }) / Double(classes.count)
        }
    }
}
