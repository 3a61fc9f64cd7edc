/// Trees as ONNX has them: what `TreeEnsemble`, `TreeEnsembleRegressor` and `TreeEnsembleClassifier` have in common.
///
/// A value of this type is well-formed: every child exists, no node is reached twice, every feature and target is in
/// range. So a damaged file is found when it is read, and prediction ends.
struct TreeEnsemble: Sendable, Equatable {
    enum Mode: UInt8, Sendable {
        case lessOrEqual = 0
        case less, greaterOrEqual, greater, equal, notEqual
    }

    enum Aggregate: Int, Sendable { case average = 0, sum = 1 }

    struct Node: Sendable, Equatable {
        var feature: Int
        var mode: Mode
        var threshold: Double
        var missingGoesTrue: Bool
        var onTrue: Child
        var onFalse: Child
    }

    enum Child: Sendable, Equatable {
        case node(Int)
        case leaf(Int)
    }

    /// What a leaf adds to one target.
    struct Weight: Sendable, Equatable {
        var target: Int
        var weight: Double
    }

    /// The weights of all leaves, one leaf after the other: millions of arrays would take longer to make than to use.
    struct Leaves: Sendable, Equatable {
        let weights: [Weight]
        /// Where each leaf's weights begin, and where the last one's end; nil if each has one.
        private let starts: [Int]?

        /// A weight each.
        init(_ weights: [Weight]) {
            self.weights = weights
            starts = nil
        }

        init(_ leaves: [[Weight]]) {
            weights = leaves.flatMap { $0 }
            var starts = [0]
            for leaf in leaves { starts.append(starts[starts.count - 1] + leaf.count) }
            self.starts = starts
        }

        var count: Int { starts.map { $0.count - 1 } ?? weights.count }

        /// Whether each leaf has one weight.
        var areSingle: Bool { starts.map { $0.enumerated().allSatisfy { $0.offset == $0.element } } ?? true }

        subscript(leaf: Int) -> ArraySlice<Weight> {
            starts.map { weights[$0[leaf]..<$0[leaf + 1]] } ?? weights[leaf...leaf]
        }
    }

    let nodes: [Node]
    let roots: [Child]
    let leaves: Leaves
    let aggregate: Aggregate
    let targetCount: Int
    /// One for each target, or none.
    let baseValues: [Double]
    /// Whether features are rounded to single precision before they are compared.
    var roundsInputs = false

    init(
        nodes: [Node],
        roots: [Child],
        leaves: Leaves,
        aggregate: Aggregate,
        targetCount: Int,
        baseValues: [Double] = []
    ) throws(ModelError) {
        self.nodes = nodes
        self.roots = roots
        self.leaves = leaves
        self.aggregate = aggregate
        self.targetCount = targetCount
        self.baseValues = baseValues
        guard !roots.isEmpty else { throw Self.damaged("it has no trees") }
        guard targetCount > 0, baseValues.isEmpty || baseValues.count == targetCount else {
            throw Self.damaged("\(baseValues.count) base values for \(targetCount) outputs")
        }
        guard leaves.weights.allSatisfy({ (0..<targetCount).contains($0.target) }) else {
            throw Self.damaged("a leaf adds to an output that is not there")
        }
        guard nodes.allSatisfy({ $0.feature >= 0 }) else { throw Self.damaged("a node tests a feature below 0") }
        try checkTrees()
    }

    /// One more than the largest feature that a node tests.
    var testedFeatureCount: Int { nodes.reduce(0) { max($0, $1.feature + 1) } }

    static func damaged(_ why: String) -> ModelError {
        ModelError(.corrupt, "model.onnx: the tree ensemble is damaged: \(why)")
    }

    private func checkTrees() throws(ModelError) {
        var isVisited = [Bool](repeating: false, count: nodes.count)
        var pending = roots
        while let child = pending.popLast() {
            switch child {
            case .leaf(let leaf):
                guard (0..<leaves.count).contains(leaf) else { throw Self.damaged("there is no leaf \(leaf)") }
            case .node(let node):
                guard nodes.indices.contains(node) else { throw Self.damaged("there is no node \(node)") }
                guard !isVisited[node] else { throw Self.damaged("node \(node) is reached twice") }
                isVisited[node] = true
                pending.append(nodes[node].onTrue)
                pending.append(nodes[node].onFalse)
            }
        }
    }
}

extension TreeEnsemble {
    /// The outputs for each row, row by row: `rowCount × targetCount` numbers.
    ///
    /// - Parameter columns: a feature each; at least `testedFeatureCount` of the same length.
    func evaluate(_ columns: [[Double]], rowCount: Int) -> [Double] {
        var outputs = [Double](repeating: 0, count: rowCount * targetCount)
        for row in 0..<rowCount {
            let start = row * targetCount
            for root in roots {
                for weight in leaves[leaf(from: root, columns, row)] { outputs[start + weight.target] += weight.weight }
            }
            for target in 0..<targetCount {
                if aggregate == .average { outputs[start + target] /= Double(roots.count) }
                if !baseValues.isEmpty { outputs[start + target] += baseValues[target] }
            }
        }
        return outputs
    }

    private func leaf(from root: Child, _ columns: [[Double]], _ row: Int) -> Int {
        var child = root
        while true {
            switch child {
            case .leaf(let leaf): return leaf
            case .node(let index):
                let node = nodes[index]
                let exact = columns[node.feature][row]
                let value = roundsInputs ? Double(Float(exact)) : exact
                let isTrue = node.mode.holds(value, node.threshold) || (node.missingGoesTrue && value.isNaN)
                child = isTrue ? node.onTrue : node.onFalse
            }
        }
    }
}

extension TreeEnsemble.Mode {
    /// ONNX's name of the mode, as the older operators spell it.
    init?(onnxName: String) {
        let names = ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ"]
        guard let index = names.firstIndex(of: onnxName) else { return nil }
        self.init(rawValue: UInt8(index))
    }

    func holds(_ value: Double, _ threshold: Double) -> Bool {
        switch self {
        case .lessOrEqual: value <= threshold
        case .less: value < threshold
        case .greaterOrEqual: value >= threshold
        case .greater: value > threshold
        case .equal: value == threshold
        case .notEqual: value != threshold
        }
    }
}
