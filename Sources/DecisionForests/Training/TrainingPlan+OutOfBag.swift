extension TrainingPlan {
    /// Predicts every row by the trees that did not draw it.
    ///
    /// Sums run over the trees in their order, so that the result does not depend on the number of threads.
    func outOfBagEstimate(_ trees: [DecisionTree], threadCount: Int) async throws -> OutOfBagEstimate {
        let rowCount = trainingSet.features.rowCount
        let isInBag = try await TrainingThreads.map(0..<trees.count, threadCount: threadCount) { index in
            bootstrap.counts(seed: treeSeeds[index])!.map { $0 > 0 }
        }
        let blockSize = 4096
        let blockCount = (rowCount + blockSize - 1) / blockSize
        let blocks = try await TrainingThreads.map(0..<blockCount, threadCount: threadCount) { block in
            let rows = (block * blockSize)..<min(rowCount, (block + 1) * blockSize)
            var estimate = OutOfBagBlock(rows: rows, outputCount: outputCount)
            for (tree, isInBag) in zip(trees, isInBag) {
                try Task.checkCancellation()
                estimate.add(tree, isInBag, trainingSet)
            }
            return estimate
        }
        let predictions = blocks.flatMap(\.means)
        return OutOfBagEstimate(
            score: score(predictions),
            predictions: predictions,
            rowsWithoutEstimate: blocks.reduce(0) { $0 + $1.rowsWithoutEstimate },
            learningCurve: trees.indices.map { learningCurvePoint(blocks.map(\.losses[$0])) }
        )
    }

    private func learningCurvePoint(_ losses: [OutOfBagBlock.Loss]) -> Double {
        let rowCount = losses.reduce(0) { $0 + $1.rowCount }
        let mean = losses.reduce(0) { $0 + $1.sum } / Double(rowCount)
        if rowCount == 0 { return .nan }
        return hyperparameters.task == .regression ? mean.squareRoot() : mean
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

/// The out-of-bag estimate of some rows, tree after tree.
private struct OutOfBagBlock: Sendable {
    /// Squared errors or wrong classes so far, over the rows that have an estimate.
    struct Loss {
        var sum = 0.0
        var rowCount = 0
    }

    let rows: Range<Int>
    let outputCount: Int
    private(set) var losses: [Loss] = []
    private var sums: [Double]
    private var counts: [Int]

    init(rows: Range<Int>, outputCount: Int) {
        self.rows = rows
        self.outputCount = outputCount
        sums = [Double](repeating: 0, count: rows.count * outputCount)
        counts = [Int](repeating: 0, count: rows.count)
    }

    var rowsWithoutEstimate: Int { counts.count { $0 == 0 } }

    var means: [Double] {
        sums.indices.map { sums[$0] / Double(max(1, counts[$0 / outputCount])) }
    }

    mutating func add(_ tree: DecisionTree, _ isInBag: [Bool], _ trainingSet: TrainingSet) {
        for row in rows where !isInBag[row] {
            let leaf = tree.leaf(of: row, in: trainingSet.features)
            let index = row - rows.lowerBound
            counts[index] += 1
            for output in 0..<outputCount {
                sums[index * outputCount + output] += tree.value[leaf * outputCount + output]
            }
        }
        losses.append(loss(trainingSet.target))
    }

    private func loss(_ target: Target) -> Loss {
        var loss = Loss()
        for index in counts.indices where counts[index] > 0 {
            loss.rowCount += 1
            switch target {
            case .values(let values):
                let error = values[rows.lowerBound + index] - sums[index] / Double(counts[index])
                loss.sum += error * error
            case .classes(let classes, _):
                let start = index * outputCount
                var best = 0
                for output in 1..<outputCount where sums[start + output] > sums[start + best] { best = output }
                if Int(classes[rows.lowerBound + index]) != best { loss.sum += 1 }
            }
        }
        return loss
    }
}
