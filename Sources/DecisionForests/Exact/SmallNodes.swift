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
    private let keys: UnsafeMutablePointer<UInt8>
    private let keyStride: Int32
    /// Per id its row, and its word of a scan.
    private let rowsByID: UnsafeMutablePointer<UInt32>
    private let words: UnsafeMutablePointer<Int64>
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

    /// - Parameter rows: The tree's rows; in the ranges of small nodes they have to be up to date.
    init(_ problem: TreeProblem, rows: UnsafeMutablePointer<UInt32>, source: UnsafePointer<Int32>) {
        self.rows = rows
        features = problem.featureRows ?? problem.features
        rowStride = problem.featureRows == nil ? 1 : problem.featureCount
        featureStride = problem.featureRows == nil ? problem.rowCount : 1
        self.source = source
        let stride = (problem.featureCount + 15) / 16 * 16
        keyStride = Int32(stride)
        keys = problem.scratch.allocate(UInt8.self, Self.most * stride)
        keys.update(repeating: 0, count: Self.most * stride)
        rowsByID = problem.scratch.allocate(UInt32.self, Self.most)
        words = problem.scratch.allocate(Int64.self, Self.most)
        words.update(repeating: 0, count: Self.most)
        ids = problem.scratch.allocate(UInt8.self, Self.most)
        drawn = problem.scratch.allocate(UInt8.self, problem.featureCount)
    }

    /// Makes ready for a node; false: its values are too close to each other for ranks.
    mutating func enter(_ range: Range<Int>, _ features: UnsafeBufferPointer<Int32>, _ scan: some CutScan) -> Bool {
        if covered.lowerBound <= range.lowerBound && range.upperBound <= covered.upperBound { return isRanked }
        covered = range
        let count = range.count
        rowsByID.update(from: rows + range.lowerBound, count: count)
        for id in 0..<count { ids[id] = UInt8(truncatingIfNeeded: id) }
        scan.copyWords(rowsByID, count, to: words)
        let ranked = coppice_rank_small(
            self.features,
            rowStride,
            featureStride,
            source,
            rowsByID,
            Int32(truncatingIfNeeded: count),
            features.baseAddress,
            Int32(truncatingIfNeeded: features.count),
            keys,
            keyStride
        )
        isRanked = ranked != 0
        return isRanked
    }

    struct Cut {
        var feature: Int
        /// How many rows go left.
        var position: Int
        var threshold: Double
    }

    /// The best cut of the features that are drawn; the node's rows are then in the order of its feature.
    func search(
        _ range: Range<Int>,
        _ sampler: inout FeatureSampler,
        _ scan: some CutScan,
        leastRows: Int,
        knownConstants: inout Int
    ) -> Cut? {
        let ids = ids + (range.lowerBound - covered.lowerBound)
        let count = Int32(truncatingIfNeeded: range.count)
        let varying = coppice_varying_small(keys, keyStride, ids, count)
        var drawnCount = 0
        sampler.enterNode(knownConstants: knownConstants)
        while let feature = sampler.next() {
            if varying >> UInt64(feature) & 1 == 0 {
                sampler.isConstant()
            } else {
                sampler.isCandidate()
                drawn[drawnCount] = UInt8(truncatingIfNeeded: feature)
                drawnCount &+= 1
            }
        }
        knownConstants = sampler.leaveNode()
        if drawnCount == 0 { return nil }
        var position: Int32 = 1
        var winner = 0
        if count == 2 {
            // Two rows can be parted in one way only, and gain the same by every feature: the first one drawn wins.
            let feature = Int(drawn[0])
            if key(ids[0], feature) > key(ids[1], feature) { (ids[0], ids[1]) = (ids[1], ids[0]) }
        } else {
            winner = Int(
                scan.searchSmall(
                    SmallNode(keys: keys, keyStride: keyStride, ids: ids, count: count, words: words),
                    drawn,
                    Int32(truncatingIfNeeded: drawnCount),
                    leastRows: Int32(truncatingIfNeeded: leastRows),
                    &position
                )
            )
            if winner < 0 { return nil }
        }
        for index in 0..<range.count { rows[range.lowerBound &+ index] = rowsByID[Int(ids[index])] }
        let feature = Int(drawn[winner])
        let place = range.lowerBound + Int(position)
        let threshold = Double(value(place - 1, feature)) / 2 + Double(value(place, feature)) / 2
        return Cut(feature: feature, position: Int(position), threshold: threshold)
    }

    @inline(__always)
    private func value(_ place: Int, _ feature: Int) -> Float {
        features[Int(source[Int(rows[place])]) &* rowStride &+ feature &* featureStride]
    }

    @inline(__always)
    private func key(_ id: UInt8, _ feature: Int) -> UInt8 { keys[Int(id) &* Int(keyStride) &+ feature] }

    /// The node's rows, those that go left first.
    func rows(_ range: Range<Int>, _ count: Int) -> RowSlice {
        RowSlice(rows: rows + range.lowerBound, step: 1, count: count)
    }
}

/// A node as the kernels see it.
struct SmallNode {
    let keys: UnsafePointer<UInt8>
    let keyStride: Int32
    let ids: UnsafeMutablePointer<UInt8>
    let count: Int32
    let words: UnsafePointer<Int64>
}
