internal import CForestKernels

/// The upper levels of trees as complete trees: the node at n has its children at 2n + 1 and 2n + 2, so that all questions
/// can be asked of many rows at once, whichever way each row goes.
///
/// Made anew for each batch, which takes as long as predicting a few rows, so that the forest keeps one form in memory.
struct CompleteTrees {
    /// Below this level too many questions are asked in vain.
    static let deepest: Int32 = 6
    private static let nodeCount = 1 << Int(deepest) - 1
    private static let leafCount = 1 << Int(deepest)

    private let depths: [Int32]
    private let features: [Int32]
    private let thresholds: [Float]
    /// Where each way ends, by tree.
    private let ends: [Int32]
    /// Whether no tree is deeper.
    let areWhole: Bool

    init(_ predictor: ForestPredictor) {
        let depths = predictor.roots.map { min($0.depth, Self.deepest) }
        var features = [Int32](repeating: 0, count: depths.count * Self.nodeCount)
        var thresholds = [Float](repeating: .infinity, count: features.count)
        var ends = [Int32](repeating: 0, count: depths.count * Self.leafCount)
        for (tree, root) in predictor.roots.enumerated() {
            let firstLeaf = 1 << Int(depths[tree]) - 1
            let isWhole = root.depth <= Self.deepest
            // The place in the packed tree of each place in the complete one. A leaf that is not at the bottom has itself
            // for children.
            var places = [0]
            for index in 0..<(2 * firstLeaf + 1) {
                let place = places[index]
                let node = predictor.nodes[Int(root.node) + place]
                if index >= firstLeaf {
                    ends[tree * Self.leafCount + index - firstLeaf] = Int32(isWhole ? node.valueIndex : place)
                } else if node.isLeaf {
                    places += [place, place]
                } else {
                    features[tree * Self.nodeCount + index] = Int32(predictor.layout.feature(node))
                    thresholds[tree * Self.nodeCount + index] = node.threshold
                    places += [predictor.layout.leftChild(node), predictor.layout.leftChild(node) + 1]
                }
            }
        }
        self.depths = depths
        self.features = features
        self.thresholds = thresholds
        self.ends = ends
        areWhole = predictor.roots.allSatisfy { $0.depth <= Self.deepest }
    }

    /// Takes rows down the levels of one tree.
    ///
    /// - Parameters:
    ///   - columns: The first row of the first feature, the other features `stride` values apart. None is NaN.
    ///   - groupCount: How many times sixteen rows.
    ///   - ends: Gets for each row the index of its leaf's values; of a tree that is deeper, the row's place in it.
    func walk(
        _ tree: Int,
        _ columns: UnsafePointer<Float>,
        stride: Int,
        groupCount: Int,
        ends: UnsafeMutablePointer<Int32>
    ) {
        let first = self.ends[tree * Self.leafCount]
        guard depths[tree] > 0 else { return ends.update(repeating: first, count: groupCount * 16) }
        features.withUnsafeBufferPointer { features in
            thresholds.withUnsafeBufferPointer { thresholds in
                coppice_walk_complete_tree(
                    columns,
                    stride,
                    features.baseAddress! + tree * Self.nodeCount,
                    thresholds.baseAddress! + tree * Self.nodeCount,
                    depths[tree],
                    groupCount,
                    ends
                )
            }
        }
        self.ends.withUnsafeBufferPointer { all in
            let all = all.baseAddress! + tree * Self.leafCount
            for row in 0..<(groupCount * 16) { ends[row] = all[Int(ends[row])] }
        }
    }
}
