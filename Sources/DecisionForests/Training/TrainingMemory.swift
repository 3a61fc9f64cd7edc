extension RandomForestTrainer {
    /// About how much memory `train` needs besides the training set itself, in bytes.
    ///
    /// The order of every feature, the features by row and, on each thread, a sorted list per feature of the rows a tree
    /// draws; a fully grown tree has two nodes a row at most.
    public func estimatedMemory(for trainingSet: TrainingSet) -> Int {
        let rows = trainingSet.features.rowCount
        // Features with missing values are there twice.
        let targets = TrainingPlan.numbers(trainingSet.target)
        let twins =
            SplitterData.usesSums(hyperparameters, trainingSet, targets)
            ? trainingSet.features.hasMissing.count { $0 } : 0
        let featureCount = trainingSet.features.featureCount + twins
        let cells = rows * featureCount
        var outputs = 1
        if case .classes(_, let count) = trainingSet.target { outputs = count }
        let share = hyperparameters.bootstrap ? 0.64 : 1.0
        let workers = min(threadCount, hyperparameters.treeCount)
        let histograms = Self.histogramMemory(cells: cells, outputs: outputs)
        let working = workers * (histograms + Int(Double(cells) * share) * MemoryLayout<ListEntry>.stride + rows * 200)
        let byRow =
            TrainingPlan.looksAtRows(hyperparameters, rowCount: rows, featureCount: featureCount) ? cells * 4 : 0
        let copied = twins > 0 ? cells * 4 : 0
        // In doubles: a billion trees of many rows are more bytes than an integer counts.
        let trees = Double(hyperparameters.treeCount) * Double(leaves(rows) * 2 * (41 + 8 * outputs))
        return Int(min(Double(copied + cells * 9 + byRow + working) + trees, 1e18))
    }

    /// What a thread needs for the histograms of nodes that wait. Each has a number per bin and output, of 4 bytes for a
    /// class; a node has one from 16,384 rows on, or from four rows a bin and output if that is less.
    private static func histogramMemory(cells: Int, outputs: Int) -> Int {
        outputs == 1 ? cells * 2 : cells * max(1, outputs / 16)
    }

    /// How many leaves a tree has at most, or, where targets are all different, about.
    private func leaves(_ rows: Int) -> Int {
        var leaves = Int(Double(rows) * (hyperparameters.bootstrap ? 0.64 : 1.0))
        leaves /= max(1, hyperparameters.minSamplesLeaf.count(of: rows))
        if let depth = hyperparameters.maxDepth, depth < 40 { leaves = min(leaves, 1 << depth) }
        if let most = hyperparameters.maxLeafNodes { leaves = min(leaves, most) }
        return max(1, leaves)
    }

    func checkMemory(for trainingSet: TrainingSet) throws(TrainingError) {
        let needed = estimatedMemory(for: trainingSet)
        if needed > memoryLimit {
            throw TrainingError(
                .tooLarge,
                """
                the training needs about \(Self.size(needed)) of memory and there are \(Self.size(memoryLimit)) for it; \
                use fewer trees, a max_depth, larger leaves or fewer threads
                """
            )
        }
    }

    private static func size(_ bytes: Int) -> String {
        for (unit, bits) in [("TB", 40), ("GB", 30)] where bytes >> bits >= 10 { return "\(bytes >> bits) \(unit)" }
        return "\(bytes >> 20) MB"
    }
}
