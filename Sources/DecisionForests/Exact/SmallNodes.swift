internal import CForestKernels

/// Nodes of at most sixteen rows, the last levels of a tree and most of its nodes: their rows have a byte for each feature
/// instead of lists, from which all features are sorted and searched at once.
///
/// The bytes are made for a subtree and serve all of its nodes.
struct SmallNodes {
    /// The most rows of a small node.
    static let most = Int(coppice_small_rows)

    /// Those of the tree, each node a range.
    private let rows: UnsafeMutablePointer<UInt32>
    private let features: UnsafePointer<Float>
    private let rowStride: Int
    private let featureStride: Int
    private let source: UnsafePointer<Int32>
    private let isDistinct: Bool
    private let keys: UnsafeMutablePointer<UInt8>
    private let keyStride: Int32
    /// The subtree's rows by id.
    let rowsByID: UnsafeMutablePointer<UInt32>
    /// The ids of the subtree's rows, in the order of `rows`.
    private let ids: UnsafeMutablePointer<UInt8>
    private let drawn: UnsafeMutablePointer<UInt8>
    private var covered = 0..<0
    /// Whether the subtree's values can be told apart by their ranks.
    private var isRanked = false

    /// Whether these searches can do what the data and the parameters ask for.
    static func suffice(_ problem: TreeProblem) -> Bool {
        suffice(featureCount: problem.featureCount) && problem.minWeightLeaf <= 0
    }

    static func suffice(featureCount: Int) -> Bool { featureCount <= coppice_small_features }

    /// - Parameters:
    ///   - rows: The tree's rows; in the ranges of small nodes they have to be up to date.
    ///   - isDistinct: Whether rows that share a value are for others to divide.
    init(
        _ problem: TreeProblem,
        rows: UnsafeMutablePointer<UInt32>,
        source: UnsafePointer<Int32>,
        isDistinct: Bool
    ) {
        self.rows = rows
        features = problem.featureRows ?? problem.features
        rowStride = problem.featureRows == nil ? 1 : problem.featureCount
        featureStride = problem.featureRows == nil ? problem.rowCount : 1
        self.source = source
        self.isDistinct = isDistinct
        let stride = (problem.featureCount + 15) / 16 * 16
        keyStride = Int32(stride)
        keys = problem.scratch.allocate(UInt8.self, Self.most * stride)
        keys.update(repeating: 0, count: Self.most * stride)
        rowsByID = problem.scratch.allocate(UInt32.self, Self.most)
        ids = problem.scratch.allocate(UInt8.self, Self.most)
        drawn = problem.scratch.allocate(UInt8.self, problem.featureCount)
    }

    enum Entry {
        /// The node is of a subtree that is known.
        case known
        /// The node is the root of a new subtree, whose rows have ids now.
        case new
        /// Ranks do not suffice to divide it.
        case unfit
    }

    /// Makes ready for a node.
    ///
    /// - Parameter features: Those that may vary.
    mutating func enter(_ range: Range<Int>, _ features: UnsafeBufferPointer<Int32>) -> Entry {
        if covered.lowerBound <= range.lowerBound && range.upperBound <= covered.upperBound {
            return isRanked ? .known : .unfit
        }
        covered = range
        let count = range.count
        rowsByID.update(from: rows + range.lowerBound, count: count)
        for id in 0..<count { ids[id] = UInt8(truncatingIfNeeded: id) }
        let ranked = coppice_rank_small(
            self.features,
            rowStride,
            featureStride,
            source,
            rowsByID,
            Int32(truncatingIfNeeded: count),
            features.baseAddress,
            Int32(truncatingIfNeeded: features.count),
            isDistinct ? 1 : 0,
            keys,
            keyStride
        )
        isRanked = ranked != 0
        return isRanked ? .new : .unfit
    }

    /// Somebody else divides the node: the order of its rows will not be known here.
    mutating func forget() { covered = 0..<0 }

    /// Draws the features that compete for a node's split; nil: none varies.
    func draw(
        _ range: Range<Int>,
        _ sampler: inout FeatureSampler,
        leastRows: Int,
        knownConstants: inout Int
    ) -> coppice_small_node? {
        var node = coppice_small_node(
            keys: keys,
            key_stride: keyStride,
            ids: ids + (range.lowerBound - covered.lowerBound),
            count: Int32(truncatingIfNeeded: range.count),
            drawn: drawn,
            drawn_count: 0,
            least: Int32(truncatingIfNeeded: leastRows)
        )
        let varying = coppice_varying_small(keys, keyStride, node.ids, node.count)
        var drawnCount = 0
        sampler.enterNode(knownConstants: knownConstants)
        while let feature = sampler.next() {
            if varying >> UInt64(truncatingIfNeeded: feature) & 1 == 0 {
                sampler.isConstant()
            } else {
                sampler.isCandidate()
                drawn[drawnCount] = UInt8(truncatingIfNeeded: feature)
                drawnCount &+= 1
            }
        }
        knownConstants = sampler.leaveNode()
        node.drawn_count = Int32(truncatingIfNeeded: drawnCount)
        return drawnCount == 0 ? nil : node
    }

    /// Whether a feature is missing in some of the node's rows.
    func hasMissing(_ range: Range<Int>, _ feature: Int) -> Bool {
        let ids = ids + (range.lowerBound - covered.lowerBound)
        return (0..<range.count).contains { value(ids[$0], feature) == .infinity }
    }

    /// Puts two rows in the order of a feature.
    func sortPair(_ node: coppice_small_node, by feature: Int) {
        if key(node.ids[0], feature) > key(node.ids[1], feature) {
            (node.ids[0], node.ids[1]) = (node.ids[1], node.ids[0])
        }
    }

    @inline(__always)
    private func key(_ id: UInt8, _ feature: Int) -> UInt8 { keys[Int(id) &* Int(keyStride) &+ feature] }

    /// Puts the node's rows in the order of their ids.
    func storeRows(_ range: Range<Int>) {
        let ids = ids + (range.lowerBound - covered.lowerBound)
        for index in 0..<range.count { rows[range.lowerBound &+ index] = rowsByID[Int(ids[index])] }
    }

    /// The threshold between two rows, given by their ids.
    func threshold(_ feature: Int, between left: UInt8, and right: UInt8) -> Double {
        Double(value(left, feature)) / 2 + Double(value(right, feature)) / 2
    }

    @inline(__always)
    private func value(_ id: UInt8, _ feature: Int) -> Float {
        features[Int(source[Int(rowsByID[Int(id)])]) &* rowStride &+ feature &* featureStride]
    }

    /// The node's first rows.
    func rows(_ range: Range<Int>, _ count: Int) -> RowSlice {
        RowSlice(rows: rows + range.lowerBound, step: 1, count: count)
    }
}
