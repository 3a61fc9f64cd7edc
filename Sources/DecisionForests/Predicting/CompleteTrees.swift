internal import CForestKernels

/// Small trees as complete ones: the node at n has its children at 2n + 1 and 2n + 2, so that all questions can be asked of
/// many rows at once, whichever way each row goes.
///
/// Made anew for each batch, which takes as long as predicting a few rows, so that the forest keeps one form in memory.
struct CompleteTrees {
    /// Deeper trees ask too many questions in vain.
    static let deepest: Int32 = 6
    private static let nodeCount = 1 << Int(deepest) - 1
    private static let leafCount = 1 << Int(deepest)

    private let depths: [Int32]
    private let features: [Int32]
    private let thresholds: [Float]
    /// Where each leaf's values begin.
    private let valueOffsets: [Int32]

    /// nil if a tree is too deep, or nothing but a leaf.
    init?(_ predictor: ForestPredictor) {
        guard predictor.roots.allSatisfy({ 1...Self.deepest ~= $0.depth }) else { return nil }
        depths = predictor.roots.map(\.depth)
        var features = [Int32](repeating: 0, count: depths.count * Self.nodeCount)
        var thresholds = [Float](repeating: .infinity, count: features.count)
        var offsets = [Int32](repeating: 0, count: depths.count * Self.leafCount)
        for (tree, root) in predictor.roots.enumerated() {
            let firstLeaf = 1 << Int(root.depth) - 1
            // The place in the packed tree of each place in the complete one. A leaf that is not at the bottom has itself
            // for children.
            var places = [0]
            for index in 0..<(2 * firstLeaf + 1) {
                let place = places[index]
                let node = predictor.nodes[Int(root.node) + place]
                if index >= firstLeaf {
                    offsets[tree * Self.leafCount + index - firstLeaf] =
                        Int32(node.valueIndex * predictor.outputCount)
                } else if node.isLeaf {
                    places += [place, place]
                } else {
                    features[tree * Self.nodeCount + index] = Int32(predictor.layout.feature(node))
                    thresholds[tree * Self.nodeCount + index] = node.threshold
                    places += [predictor.layout.leftChild(node), predictor.layout.leftChild(node) + 1]
                }
            }
        }
        self.features = features
        self.thresholds = thresholds
        valueOffsets = offsets
    }

    /// Adds the leaves' values of all trees, in their order.
    ///
    /// - Parameters:
    ///   - columns: The first row of the first feature, the other features `stride` values apart. None is NaN; there is room
    ///     to read up to the next multiple of sixteen rows.
    ///   - sums: `rowCount × outputCount`, row-major.
    func addLeaves(
        _ columns: UnsafePointer<Float>,
        stride: Int,
        rowCount: Int,
        values: UnsafePointer<Double>,
        outputCount: Int,
        to sums: UnsafeMutablePointer<Double>
    ) {
        let groupCount = (rowCount + 15) / 16
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: groupCount * 16) { leaves in
            features.withUnsafeBufferPointer { features in
                thresholds.withUnsafeBufferPointer { thresholds in
                    valueOffsets.withUnsafeBufferPointer { offsets in
                        for (tree, depth) in depths.enumerated() {
                            coppice_walk_complete_tree(
                                columns,
                                stride,
                                features.baseAddress! + tree * Self.nodeCount,
                                thresholds.baseAddress! + tree * Self.nodeCount,
                                depth,
                                groupCount,
                                leaves.baseAddress!
                            )
                            let offsets = offsets.baseAddress! + tree * Self.leafCount
                            if outputCount == 1 {
                                for row in 0..<rowCount { sums[row] += values[Int(offsets[Int(leaves[row])])] }
                                continue
                            }
                            for row in 0..<rowCount {
                                let leaf = Int(offsets[Int(leaves[row])])
                                for output in 0..<outputCount {
                                    sums[row * outputCount + output] += values[leaf + output]
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
