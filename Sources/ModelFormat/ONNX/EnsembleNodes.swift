internal import DecisionForests

/// The trees of a forest in the arrays of the operator `TreeEnsemble`: inner nodes and leaves apart, each numbered
/// through all trees, in the order of the trees and of the nodes in them.
struct EnsembleNodes {
    enum Aggregate: Int { case average = 0, sum = 1 }

    private var roots: [Int64] = []
    private var features: [Int64] = []
    private var thresholds: [Double] = []
    private var left: [Int64] = []
    private var leftIsLeaf: [Int64] = []
    private var right: [Int64] = []
    private var rightIsLeaf: [Int64] = []
    private var missingGoesLeft: [Int64] = []
    private var leafTargets: [Int64] = []
    private var leafWeights: [Double] = []

    /// - Parameter leaf: what a leaf adds to which target, given the tree, the node in it and the number of the leaf.
    init(_ forest: RandomForest, leaf: (_ tree: Int, _ node: Int, _ leaf: Int) -> (target: Int, weight: Double)) {
        for (treeIndex, tree) in forest.trees.enumerated() {
            // The number of each node among the inner nodes, or among the leaves.
            var (innerCount, leafCount) = (features.count, leafWeights.count)
            let numbers = tree.feature.map { feature in
                if feature < 0 {
                    leafCount += 1
                    return Int64(leafCount - 1)
                }
                innerCount += 1
                return Int64(innerCount - 1)
            }
            roots.append(Int64(features.count))
            for node in 0..<tree.nodeCount {
                guard tree.feature[node] >= 0 else {
                    let (target, weight) = leaf(treeIndex, node, leafWeights.count)
                    leafTargets.append(Int64(target))
                    leafWeights.append(weight)
                    continue
                }
                let (leftChild, rightChild) = (Int(tree.leftChild[node]), Int(tree.rightChild[node]))
                features.append(Int64(tree.feature[node]))
                thresholds.append(tree.threshold[node])
                left.append(numbers[leftChild])
                leftIsLeaf.append(tree.feature[leftChild] < 0 ? 1 : 0)
                right.append(numbers[rightChild])
                rightIsLeaf.append(tree.feature[rightChild] < 0 ? 1 : 0)
                missingGoesLeft.append(tree.missingGoesLeft[node] ? 1 : 0)
            }
            if tree.nodeCount == 1 { addStump() }
        }
    }

    /// A tree of one leaf is a node whose both branches are that leaf: the operator has no other way to say it.
    private mutating func addStump() {
        features.append(0)
        thresholds.append(0)
        left.append(Int64(leafWeights.count - 1))
        leftIsLeaf.append(1)
        right.append(Int64(leafWeights.count - 1))
        rightIsLeaf.append(1)
        missingGoesLeft.append(0)
    }

    func attributes(_ aggregate: Aggregate, targetCount: Int) -> [Onnx_AttributeProto] {
        [
            .init("aggregate_function", aggregate.rawValue),
            .init("leaf_targetids", leafTargets),
            .init("leaf_weights", Onnx_TensorProto("leaf_weights", doubles: leafWeights, shape: [leafWeights.count])),
            .init("n_targets", targetCount),
            .init("nodes_falseleafs", rightIsLeaf),
            .init("nodes_falsenodeids", right),
            .init("nodes_featureids", features),
            .init("nodes_missing_value_tracks_true", missingGoesLeft),
            // 0 is BRANCH_LEQ.
            .init("nodes_modes", Onnx_TensorProto("nodes_modes", bytes: .init(repeating: 0, count: features.count))),
            .init("nodes_splits", Onnx_TensorProto("nodes_splits", doubles: thresholds, shape: [thresholds.count])),
            .init("nodes_trueleafs", leftIsLeaf),
            .init("nodes_truenodeids", left),
            .init("post_transform", 0),
            .init("tree_roots", roots),
        ]
    }
}
