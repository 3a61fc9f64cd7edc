internal import CForestKernels

/// Sums of weights and weighted targets, side by side in one 64-bit word: one addition moves a row.
struct SquaredErrorScan: CutScan {
    private static let mask = Int64(1) << IntegerTargets.weightBits - 1

    let words: UnsafeMutablePointer<Int64>
    /// Per row weight × target and weight × target², as they are.
    private let moments: UnsafeMutablePointer<SIMD2<Double>>
    /// The words of a small node's rows.
    private let smallWords: UnsafeMutablePointer<Int64>
    /// The totals of the nodes that wait, by the position of their first row.
    private let nodeWords: UnsafeMutablePointer<Int64>
    private let nodeMoments: UnsafeMutablePointer<SIMD2<Double>>

    private var node = 0
    private(set) var total: Int64 = 0
    private var totalMoments = SIMD2<Double>.zero
    private var totalWeight = 0.0
    private var totalSum = 0.0
    private var left: Int64 = 0

    init(_ rows: TreeRows, _ scratch: Scratch) {
        words = scratch.allocate(Int64.self, rows.count)
        moments = scratch.allocate(SIMD2<Double>.self, rows.count)
        smallWords = scratch.allocate(Int64.self, SmallNodes.most)
        smallWords.update(repeating: 0, count: SmallNodes.most)
        nodeWords = scratch.allocate(Int64.self, rows.count)
        nodeMoments = scratch.allocate(SIMD2<Double>.self, rows.count)
        var word: Int64 = 0
        var sums = SIMD2<Double>.zero
        for row in 0..<rows.count {
            let target = Int64(rows.targets[row])
            let weight = Int64(rows.weights[row])
            words[row] = (target &* weight) << Int64(IntegerTargets.weightBits) &+ weight
            word &+= words[row]
            let moment = Double(weight) * rows.values[row]
            moments[row] = SIMD2(moment, moment * rows.values[row])
            sums += moments[row]
        }
        nodeWords[0] = word
        nodeMoments[0] = sums
    }

    @inline(__always)
    mutating func enter(_ node: Int) {
        self.node = node
        total = nodeWords[node]
        totalMoments = nodeMoments[node]
        totalWeight = Self.weight(total)
        totalSum = Self.sum(total)
        left = 0
    }

    @inline(__always)
    mutating func reset() { left = 0 }

    func bestCut(_ list: ListSlice, leastRows: Int, gain: inout Double) -> Int {
        coppice_search_squares(list.entries, list.count, words, total, leastRows, &gain)
    }

    static var searchesSmallNodes: Bool { true }

    func copySmall(_ rows: UnsafePointer<UInt32>, _ count: Int) -> Bool {
        for index in 0..<count { smallWords[index] = words[Int(rows[index])] }
        return true
    }

    func searchSmall(_ node: inout coppice_small_node, _ position: inout Int32) -> Int32 {
        coppice_search_small_squares(&node, smallWords, total, &position)
    }

    @inline(__always)
    mutating func take(_ row: Int) { left &+= words[row] }

    mutating func takeAllBut(_ kept: RowSlice) {
        left = total
        for index in 0..<kept.count { left &-= words[kept[index]] }
    }

    @inline(__always)
    private static func weight(_ word: Int64) -> Double { Double(word & mask) }

    @inline(__always)
    private static func sum(_ word: Int64) -> Double { Double(word >> Int64(IntegerTargets.weightBits)) }

    var weight: Double { totalWeight }
    var weightLeft: Double { Self.weight(left) }

    @inline(__always)
    func mayBeat(_ best: Double) -> Bool {
        let weightLeft = Self.weight(left)
        let weightRight = totalWeight - weightLeft
        let sumLeft = Self.sum(left)
        let sumRight = totalSum - sumLeft
        let numerator = sumLeft * sumLeft * weightRight + sumRight * sumRight * weightLeft
        return numerator > best * (1 - 1e-13) * (weightLeft * weightRight)
    }

    var gain: Double {
        let sumLeft = Self.sum(left)
        let sumRight = Self.sum(total &- left)
        return sumLeft * sumLeft / Self.weight(left) + sumRight * sumRight / Self.weight(total &- left)
    }

    mutating func storeChildren(left leftNode: Int, right rightNode: Int, leftRows: RowSlice) {
        var word: Int64 = 0
        var sums = SIMD2<Double>.zero
        for index in 0..<leftRows.count {
            let row = leftRows[index]
            word &+= words[row]
            sums += moments[row]
        }
        nodeWords[leftNode] = word
        nodeMoments[leftNode] = sums
        nodeWords[rightNode] = total &- word
        nodeMoments[rightNode] = totalMoments - sums
    }

    func impurity(_ node: Int) -> Double {
        let means = nodeMoments[node] / Self.weight(nodeWords[node])
        return means[1] - means[0] * means[0]
    }

    func weight(_ node: Int) -> Double { Self.weight(nodeWords[node]) }

    func appendValue(to values: inout [Double]) {
        values.append(totalMoments[0] / Self.weight(total))
    }
}
