extension TreeEnsemble {
    private struct NodeKey: Hashable {
        let tree: Int
        let node: Int
    }

    /// Reads `TreeEnsembleRegressor` and `TreeEnsembleClassifier` of ai.onnx.ml 1 to 3, as scikit-learn's converter
    /// writes them: nodes and leaves in one list, found by tree and node number.
    ///
    /// - Parameter targetCount: the number of classes of a classifier; nil for a regressor, which says it itself.
    init(operator1 node: Onnx_NodeProto, targetCount: Int?) throws(ModelError) {
        let reader = NodeReader(node)
        let prefix = targetCount == nil ? "target" : "class"
        let aggregateName = reader.string("aggregate_function") ?? "SUM"
        guard ["SUM", "AVERAGE"].contains(aggregateName) else {
            throw ModelError(
                .unsupportedOperator,
                "model.onnx: trees are combined by \(aggregateName): this is not read"
            )
        }
        let transform = reader.string("post_transform") ?? "NONE"
        guard transform == "NONE" else {
            throw ModelError(
                .unsupportedOperator,
                "model.onnx: the sum of the trees is transformed by \(transform): only forests are read"
            )
        }

        let treeIDs = try reader.integers("nodes_treeids")
        let count = treeIDs.count
        let keys = zip(treeIDs, try reader.integers("nodes_nodeids", count: count)).map { NodeKey(tree: $0, node: $1) }
        let modes = reader.strings("nodes_modes")
        guard modes.count == count else { throw Self.damaged("it has \(modes.count) modes for \(count) nodes") }
        let features = try reader.integers("nodes_featureids", count: count)
        let thresholds = try reader.numbers("nodes_values", count: count)
        let onTrue = try reader.integers("nodes_truenodeids", count: count)
        let onFalse = try reader.integers("nodes_falsenodeids", count: count)
        let missing = try reader.integers("nodes_missing_value_tracks_true", count: count, isOptional: true)

        // The number of each node among the inner nodes, or among the leaves.
        var children: [NodeKey: Child] = [:]
        var (innerCount, leafCount) = (0, 0)
        for (key, mode) in zip(keys, modes) {
            let isLeaf = mode == "LEAF"
            let previous = children.updateValue(isLeaf ? .leaf(leafCount) : .node(innerCount), forKey: key)
            guard previous == nil else { throw Self.damaged("tree \(key.tree) has two nodes \(key.node)") }
            if isLeaf { leafCount += 1 } else { innerCount += 1 }
        }

        var nodes: [Node] = []
        var isChild: Set<NodeKey> = []
        for index in 0..<count where modes[index] != "LEAF" {
            guard let mode = Mode(onnxName: modes[index]) else {
                throw ModelError(
                    .unsupportedOperator,
                    "model.onnx: a node compares by \(modes[index]): this is not read"
                )
            }
            let trueKey = NodeKey(tree: keys[index].tree, node: onTrue[index])
            let falseKey = NodeKey(tree: keys[index].tree, node: onFalse[index])
            guard let trueChild = children[trueKey], let falseChild = children[falseKey] else {
                throw Self.damaged("node \(keys[index].node) of tree \(keys[index].tree) has a child that is not there")
            }
            isChild.formUnion([trueKey, falseKey])
            nodes.append(
                Node(
                    feature: features[index],
                    mode: mode,
                    threshold: thresholds[index],
                    missingGoesTrue: missing[index] != 0,
                    onTrue: trueChild,
                    onFalse: falseChild
                )
            )
        }

        var leaves = [[Weight]](repeating: [], count: leafCount)
        let leafTrees = try reader.integers("\(prefix)_treeids")
        let leafNodes = try reader.integers("\(prefix)_nodeids", count: leafTrees.count)
        let targets = try reader.integers("\(prefix)_ids", count: leafTrees.count)
        let weights = try reader.numbers("\(prefix)_weights", count: leafTrees.count)
        for index in leafTrees.indices {
            let key = NodeKey(tree: leafTrees[index], node: leafNodes[index])
            guard case .leaf(let leaf)? = children[key] else {
                throw Self.damaged("there is a weight for node \(key.node) of tree \(key.tree), which is no leaf")
            }
            leaves[leaf].append(Weight(target: targets[index], weight: weights[index]))
        }
        try self.init(
            nodes: nodes,
            roots: keys.filter { !isChild.contains($0) }.compactMap { children[$0] },
            leaves: Leaves(leaves),
            aggregate: aggregateName == "AVERAGE" ? .average : .sum,
            targetCount: targetCount ?? reader.integer("n_targets") ?? 1,
            baseValues: try reader.numbers("base_values", isOptional: true)
        )
    }
}
