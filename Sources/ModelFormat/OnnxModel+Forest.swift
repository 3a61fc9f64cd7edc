internal import DecisionForests

extension OnnxModel {
    /// The forest, if this is a graph as `ModelFolder` writes it.
    func forest(featureCount: Int?) -> RandomForest? {
        let isComparison = ensemble.nodes.allSatisfy { $0.mode == .lessOrEqual }
        guard let featureCount, ensemble.roundsInputs, isComparison, ensemble.baseValues.isEmpty else { return nil }
        let task: Hyperparameters.Task
        let outputCount: Int
        let append: (Int, inout [Double]) -> Void
        switch output {
        case .value:
            guard ensemble.aggregate == .average, ensemble.leaves.areSingle else { return nil }
            (task, outputCount) = (.regression, 1)
            append = { leaf, values in values.append(ensemble.leaves.weights[leaf].weight) }
        case .leafFractions(let fractions, let labels):
            (task, outputCount) = (.classification, labels.count)
            append = { leaf, values in
                values += fractions[(leaf * labels.count)..<((leaf + 1) * labels.count)]
            }
        case .classes, .secondClass: return nil
        }
        let trees = ensemble.roots.map { tree(from: $0, outputCount: outputCount, append) }
        return RandomForest(
            task: task,
            trees: trees,
            featureCount: featureCount,
            outputCount: outputCount,
            outOfBag: nil
        )
    }

    /// Numbers the nodes depth first, left before right, as `DecisionTree` has them.
    ///
    /// - Parameter append: Adds what a leaf predicts.
    private func tree(
        from root: TreeEnsemble.Child,
        outputCount: Int,
        _ append: (Int, inout [Double]) -> Void
    ) -> DecisionTree {
        var feature: [Int32] = []
        var threshold: [Double] = []
        var children: [(left: Int32, right: Int32)] = []
        var missingGoesLeft: [Bool] = []
        var values: [Double] = []
        // Whose right child the next node is; nil for a left one, which follows its parent.
        var pending: [(child: TreeEnsemble.Child, rightOf: Int?)] = [(root, nil)]
        while let (child, parent) = pending.popLast() {
            let index = feature.count
            if let parent { children[parent].right = Int32(index) }
            switch child {
            case .leaf(let leaf):
                feature.append(-1)
                threshold.append(0)
                children.append((-1, -1))
                missingGoesLeft.append(false)
                append(leaf, &values)
            case .node(let number):
                let node = ensemble.nodes[number]
                feature.append(Int32(clamping: node.feature))
                threshold.append(node.threshold)
                children.append((Int32(index + 1), -1))
                missingGoesLeft.append(node.missingGoesTrue)
                for _ in 0..<outputCount { values.append(0) }
                pending.append((node.onFalse, index))
                pending.append((node.onTrue, nil))
            }
        }
        return DecisionTree(
            feature: feature,
            threshold: threshold,
            // Key paths of tuples are looked up anew for each.
            leftChild: children.map { $0.left },
            rightChild: children.map { $0.right },
            missingGoesLeft: missingGoesLeft,
            value: values,
            sampleCount: [Int32](repeating: 0, count: feature.count),
            weightedSampleCount: [Double](repeating: 0, count: feature.count),
            impurity: [Double](repeating: 0, count: feature.count)
        )
    }
}
