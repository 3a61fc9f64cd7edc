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
        addRounding("X")
    }

    /// The same of text, for features that are categories, which it numbers; it reads the other features as numbers.
    ///
    /// MLflow turns a data frame of numbers and text into such a matrix. It could also feed an input for each column, but
    /// not with the columns of text that pandas 3 makes.
    ///
    /// - Parameter categories: per feature, in the order of their numbers; nil: the feature is a number.
    init(categories: [[String]?]) {
        proto.name = "forest"
        proto.input = [Self.value("X", .string, [nil, categories.count])]
        var columns: [String] = []
        for (index, known) in categories.enumerated() {
            proto.initializer.append(Onnx_TensorProto("place_\(index)", integers: [index], shape: [1]))
            add("Gather", ["X", "place_\(index)"], ["text_\(index)"], [.init("axis", 1)])
            columns.append("column_\(index)")
            guard let known else {
                let double = Onnx_TensorProto.DataType.double.rawValue
                add("Cast", ["text_\(index)"], [columns[index]], [.init("to", double)])
                continue
            }
            let numbers = known.indices.map(Double.init)
            let attributes: [Onnx_AttributeProto] = [
                .init("default_tensor", Onnx_TensorProto("default", doubles: [.nan], shape: [1])),
                .init("keys_tensor", Onnx_TensorProto("keys", strings: known)),
                .init("values_tensor", Onnx_TensorProto("values", doubles: numbers, shape: [known.count])),
            ]
            add("LabelEncoder", ["text_\(index)"], [columns[index]], attributes, ml: true)
        }
        add("Concat", columns, ["numbers"], [.init("axis", 1)])
        addRounding("numbers")
    }

    private mutating func addRounding(_ matrix: String) {
        add("Cast", [matrix], ["rounded"], [.init("to", Onnx_TensorProto.DataType.float.rawValue)])
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
        proto.initializer += [
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
