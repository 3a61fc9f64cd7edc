/// Finds its way in an ONNX graph around the one tree ensemble in it.
struct GraphReader {
    enum Kind { case operator5, regressor, classifier }

    let graph: Onnx_GraphProto

    init(_ graph: Onnx_GraphProto) {
        self.graph = graph
    }

    /// The tree ensemble of the graph.
    ///
    /// - Throws: `ModelError` with code `unsupportedOperator` if there is none or more than one.
    func ensemble() throws(ModelError) -> (node: Onnx_NodeProto, kind: Kind) {
        let kinds: [String: Kind] = [
            "TreeEnsemble": .operator5, "TreeEnsembleRegressor": .regressor, "TreeEnsembleClassifier": .classifier,
        ]
        let ensembles = graph.node.compactMap { node in kinds[node.opType].map { (node, $0) } }
        guard ensembles.count == 1, ensembles[0].0.input.count == 1 else {
            throw ModelError(
                .unsupportedOperator,
                "model.onnx is made of \(quotedList(operators(in: graph.node))): "
                    + "only models with exactly one tree ensemble (TreeEnsemble, TreeEnsembleRegressor or "
                    + "TreeEnsembleClassifier) are read"
            )
        }
        return ensembles[0]
    }

    /// Refuses operators that would change the result in a way we do not compute.
    func allow(_ allowed: Set<String>) throws(ModelError) {
        let others = graph.node.filter { !allowed.contains($0.opType) && !$0.opType.hasPrefix("TreeEnsemble") }
        guard others.isEmpty else {
            throw ModelError(
                .unsupportedOperator,
                "model.onnx has \(quotedList(operators(in: others))) beside its tree ensemble: this is not read"
            )
        }
    }

    /// What the tree ensemble is fed with.
    struct Input {
        /// nil if the model does not say.
        var featureCount: Int?
        /// Whether values are rounded to single precision.
        var isRounded: Bool
        /// Of the features that are text, in the order of the numbers that stand for them.
        var categories: [Int: [String]] = [:]
    }

    /// Follows the input of `node` up to the input of the graph.
    func input(of node: Onnx_NodeProto) throws(ModelError) -> Input {
        let float = Int64(Onnx_TensorProto.DataType.float.rawValue)
        let double = Int64(Onnx_TensorProto.DataType.double.rawValue)
        var name = node.input[0]
        var isRounded = false
        // As many steps as there are nodes: a damaged graph may have a circle.
        for _ in graph.node.indices {
            guard let producer = graph.node.first(where: { $0.output.contains(name) }) else { break }
            if producer.opType == "Concat" { return try columns(of: producer, isRounded: isRounded) }
            let target = producer.attribute.first { $0.name == "to" }?.i
            guard producer.input.count == 1,
                producer.opType == "Identity" || (producer.opType == "Cast" && target != nil)
            else {
                throw ModelError(
                    .unsupportedOperator,
                    "model.onnx prepares its input by \(quotedList([producer.opType])): this is not read"
                )
            }
            if producer.opType == "Cast" {
                guard target == float || target == double else {
                    throw ModelError(.unsupportedOperator, "model.onnx casts its input to something else than numbers")
                }
                if target == float { isRounded = true }
            }
            name = producer.input[0]
        }
        guard let input = graph.input.first(where: { $0.name == name }) else {
            throw ModelError(.corrupt, "model.onnx is damaged: nothing feeds the tree ensemble")
        }
        let tensor = input.type.tensorType
        guard Int64(tensor.elemType) == float || Int64(tensor.elemType) == double else {
            throw ModelError(.unsupportedOperator, "model.onnx takes something else than float or double numbers")
        }
        let count = tensor.shape.dim.count == 2 ? Int(tensor.shape.dim[1].dimValue) : 0
        return Input(featureCount: count > 0 ? count : nil, isRounded: isRounded || Int64(tensor.elemType) == float)
    }

    /// Columns of text made numbers, as `OnnxGraph.init(categories:)` writes them.
    private func columns(of concat: Onnx_NodeProto, isRounded: Bool) throws(ModelError) -> Input {
        var input = Input(featureCount: concat.input.count, isRounded: isRounded)
        for (index, column) in concat.input.enumerated() {
            guard let reading = producer(of: column), reading.input.count == 1,
                let gather = producer(of: reading.input[0]), gather.opType == "Gather", gather.input.count == 2,
                graph.input.contains(where: { $0.name == gather.input[0] }),
                graph.initializer.first(where: { $0.name == gather.input[1] })?.numbers == [Double(index)]
            else {
                throw ModelError(.unsupportedOperator, "model.onnx puts its input together in a way that is not read")
            }
            switch reading.opType {
            case "Cast": continue
            case "LabelEncoder": input.categories[index] = try categories(of: reading)
            default:
                throw ModelError(
                    .unsupportedOperator,
                    "model.onnx prepares its input by \(quotedList([reading.opType])): this is not read"
                )
            }
        }
        return input
    }

    private func categories(of encoder: Onnx_NodeProto) throws(ModelError) -> [String] {
        let reader = NodeReader(encoder)
        let keys = try reader.stringTensor("keys_tensor")
        let numbers = try reader.tensor("values_tensor", count: keys.count)
        let rest = try reader.tensor("default_tensor", count: 1)
        guard numbers == keys.indices.map(Double.init), rest[0].isNaN, Set(keys).count == keys.count else {
            throw ModelError(.unsupportedOperator, "model.onnx numbers categories in a way that is not read")
        }
        return keys
    }

    private func producer(of value: String) -> Onnx_NodeProto? { graph.node.first { $0.output.contains(value) } }

    /// A regression, or the graph that `OnnxGraph.addClassification` writes.
    func outputOfOperator5(_ ensemble: TreeEnsemble) throws(ModelError) -> OnnxModel.Output {
        guard let table = graph.initializer.first(where: { $0.name == "leaf_fractions" }) else {
            try allow(["Cast", "Identity", "Reshape", "Squeeze", "Flatten", "Gather", "Concat", "LabelEncoder"])
            return .value
        }
        try allow(["Cast", "Gather", "ReduceSum", "Div", "ArgMax", "Concat", "LabelEncoder"])
        let labels: ClassLabels
        let tensor = graph.initializer.first { $0.name == "labels" } ?? Onnx_TensorProto()
        if tensor.stringData.isEmpty {
            labels = .integers((tensor.numbers ?? []).compactMap { Int(exactly: $0) })
        } else {
            labels = .strings(tensor.stringData.map { String(decoding: $0, as: UTF8.self) })
        }
        let isOnePerTree = ensemble.targetCount == ensemble.roots.count && ensemble.aggregate == .sum
        guard let fractions = table.numbers, labels.count > 0, isOnePerTree, ensemble.baseValues.isEmpty,
            fractions.count == ensemble.leaves.count * labels.count,
            ensemble.leaves.areSingle,
            ensemble.leaves.weights.enumerated().allSatisfy({ $1.weight == Double($0) })
        else { throw TreeEnsemble.damaged("leaves and class fractions do not match") }
        return .leafFractions(fractions, labels)
    }

    func classLabels(of node: Onnx_NodeProto) throws(ModelError) -> ClassLabels {
        let reader = NodeReader(node)
        let strings = reader.strings("classlabels_strings")
        let labels: ClassLabels =
            strings.isEmpty ? .integers(try reader.integers("classlabels_int64s")) : .strings(strings)
        guard labels.count > 0 else { throw TreeEnsemble.damaged("it has no classes") }
        return labels
    }

    private func operators(in nodes: [Onnx_NodeProto]) -> [String] { Set(nodes.map(\.opType)).sorted() }
}
