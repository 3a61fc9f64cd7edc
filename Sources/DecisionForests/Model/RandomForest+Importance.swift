extension RandomForest {
    /// How much each feature reduced the impurity, averaged over the trees; the sum is 1.
    ///
    /// All zero when every tree is a single leaf. Breiman's mean decrease in impurity, normalised per tree first and
    /// over the forest then, as scikit-learn does.
    public var featureImportances: [Double] {
        let perTree = trees.filter { $0.nodeCount > 1 }.map { $0.featureImportances(featureCount: featureCount) }
        guard !perTree.isEmpty else { return [Double](repeating: 0, count: featureCount) }
        let means = (0..<featureCount).map { feature in
            perTree.reduce(0) { $0 + $1[feature] } / Double(perTree.count)
        }
        let total = means.reduce(0, +)
        return means.map { $0 / total }
    }
}

extension DecisionTree {
    /// The impurity decrease by feature; the sum is 1, or 0 when no split reduced it.
    func featureImportances(featureCount: Int) -> [Double] {
        var importances = [Double](repeating: 0, count: featureCount)
        for node in 0..<nodeCount where feature[node] >= 0 {
            importances[Int(feature[node])] +=
                weightedImpurity(node) - weightedImpurity(Int(leftChild[node]))
                - weightedImpurity(Int(rightChild[node]))
        }
        importances = importances.map { $0 / weightedSampleCount[0] }
        let total = importances.reduce(0, +)
        return total > 0 ? importances.map { $0 / total } : importances
    }

    private func weightedImpurity(_ node: Int) -> Double {
        weightedSampleCount[node] * impurity[node]
    }
}
