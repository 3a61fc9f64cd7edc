extension TreeEnsemble {
    /// Reads the operator `TreeEnsemble` of ai.onnx.ml 5.
    init(operator5 node: Onnx_NodeProto) throws(ModelError) {
        let reader = NodeReader(node)
        guard let aggregate = Aggregate(rawValue: reader.integer("aggregate_function") ?? 1) else {
            throw ModelError(
                .unsupportedOperator,
                "model.onnx: trees are neither averaged nor summed: this is not read"
            )
        }
        guard (reader.integer("post_transform") ?? 0) == 0 else {
            throw ModelError(.unsupportedOperator, "model.onnx: the sum of the trees is transformed: this is not read")
        }
        let features = try reader.integers("nodes_featureids")
        let count = features.count
        let thresholds = try reader.tensor("nodes_splits", count: count)
        let modes = try reader.tensor("nodes_modes", count: count)
        let onTrue = try reader.integers("nodes_truenodeids", count: count)
        let onFalse = try reader.integers("nodes_falsenodeids", count: count)
        let trueIsLeaf = try reader.integers("nodes_trueleafs", count: count)
        let falseIsLeaf = try reader.integers("nodes_falseleafs", count: count)
        let missing = try reader.integers("nodes_missing_value_tracks_true", count: count, isOptional: true)
        var nodes: [Node] = []
        nodes.reserveCapacity(count)
        for index in 0..<count {
            guard let mode = UInt8(exactly: modes[index]).flatMap(Mode.init) else {
                throw ModelError(
                    .unsupportedOperator,
                    "model.onnx: a node tests whether a value is in a set: only comparisons are read"
                )
            }
            nodes.append(
                Node(
                    feature: features[index],
                    mode: mode,
                    threshold: thresholds[index],
                    missingGoesTrue: missing[index] != 0,
                    onTrue: trueIsLeaf[index] != 0 ? .leaf(onTrue[index]) : .node(onTrue[index]),
                    onFalse: falseIsLeaf[index] != 0 ? .leaf(onFalse[index]) : .node(onFalse[index])
                )
            )
        }
        let targets = try reader.integers("leaf_targetids")
        let weights = try reader.tensor("leaf_weights", count: targets.count)
        try self.init(
            nodes: nodes,
            roots: try reader.integers("tree_roots").map { .node($0) },
            leaves: Leaves(zip(targets, weights).map { Weight(target: $0, weight: $1) }),
            aggregate: aggregate,
            targetCount: reader.integer("n_targets") ?? 1
        )
    }
}
