internal import DecisionForests
internal import Foundation

/// An ONNX graph that grows node by node.
struct OnnxGraph {
    private(set) var proto = Onnx_GraphProto()

    /// A graph with one input `X`, a matrix of doubles with a row for each prediction, rounded to single precision in
    /// the value `features`.
    init(featureCount: Int) {
        proto.name = "forest"
        proto.input = [Self.value("X", .double, [nil, featureCount])]
        add("Cast", ["X"], ["rounded"], [.init("to", Onnx_TensorProto.DataType.float.rawValue)])
        add("Cast", ["rounded"], ["features"], [.init("to", Onnx_TensorProto.DataType.double.rawValue)])
    }

    mutating func addRegression(_ forest: RandomForest) {
        let nodes = EnsembleNodes(
            forest,
            leaf: { tree, node, _ in (target: 0, weight: forest.trees[tree].value[node]) }
        )
        add("TreeEnsemble", ["features"], [OutputName.prediction], nodes.attributes(.average, targetCount: 1), ml: true)
        proto.output = [Self.value(OutputName.prediction, .double, [nil, 1])]
    }

    mutating func addClassification(_ forest: RandomForest, labels: ClassLabels) {
        var leafFractions: [Double] = []
        let classCount = forest.outputCount
        let nodes = EnsembleNodes(forest) { tree, node, leaf in
            leafFractions += forest.trees[tree].value[(node * classCount)..<((node + 1) * classCount)]
            return (target: tree, weight: Double(leaf))
        }
        let int64 = Onnx_TensorProto.DataType.int64
        proto.initializer = [
            Onnx_TensorProto(
                "leaf_fractions",
                doubles: leafFractions,
                shape: [leafFractions.count / classCount, classCount]
            ),
            Onnx_TensorProto("tree_axis", integers: [1], shape: [1]),
            Onnx_TensorProto("tree_count", doubles: [Double(forest.trees.count)], shape: []),
        ]
        let treeCount = forest.trees.count
        add("TreeEnsemble", ["features"], ["leaf_numbers"], nodes.attributes(.sum, targetCount: treeCount), ml: true)
        add("Cast", ["leaf_numbers"], ["leaves"], [.init("to", int64.rawValue)])
        add("Gather", ["leaf_fractions", "leaves"], ["votes"], [.init("axis", 0)])
        add("ReduceSum", ["votes", "tree_axis"], ["vote_sums"], [.init("keepdims", 0)])
        add("Div", ["vote_sums", "tree_count"], ["probabilities"])
        add("ArgMax", ["vote_sums"], ["winners"], [.init("axis", 1), .init("keepdims", 0)])
        switch labels {
        case .integers(let integers):
            proto.initializer.append(Onnx_TensorProto("labels", integers: integers, shape: [integers.count]))
            proto.output = [Self.value(OutputName.label, .int64, [nil])]
        case .strings(let strings):
            proto.initializer.append(Onnx_TensorProto("labels", strings: strings))
            proto.output = [Self.value(OutputName.label, .string, [nil])]
        }
        add("Gather", ["labels", "winners"], [OutputName.label], [.init("axis", 0)])
        for (index, name) in labels.names.enumerated() {
            proto.initializer.append(Onnx_TensorProto("class_\(index)", integers: [index], shape: []))
            add("Gather", ["probabilities", "class_\(index)"], [OutputName.probability(of: name)], [.init("axis", 1)])
            proto.output.append(Self.value(OutputName.probability(of: name), .double, [nil]))
        }
    }

    private mutating func add(
        _ operation: String,
        _ inputs: [String],
        _ outputs: [String],
        _ attributes: [Onnx_AttributeProto] = [],
        ml: Bool = false
    ) {
        var node = Onnx_NodeProto()
        node.opType = operation
        node.name = outputs[0]
        node.input = inputs
        node.output = outputs
        node.attribute = attributes
        if ml { node.domain = "ai.onnx.ml" }
        proto.node.append(node)
    }

    /// nil in `shape` is the number of rows.
    private static func value(_ name: String, _ type: Onnx_TensorProto.DataType, _ shape: [Int?]) -> Onnx_ValueInfoProto
    {
        var value = Onnx_ValueInfoProto()
        value.name = name
        value.type.tensorType.elemType = Int32(type.rawValue)
        value.type.tensorType.shape.dim = shape.map { length in
            var dimension = Onnx_TensorShapeProto.Dimension()
            if let length { dimension.dimValue = Int64(length) } else { dimension.dimParam = "rows" }
            return dimension
        }
        return value
    }
}
