internal import CForestKernels

/// Sums on both sides of a cut that moves through a node's rows, all of them exact integers.
///
/// `mayBeat` decides most cuts without a division: a/b > best is a > best·b. Only a cut that may win, by a margin far
/// above the rounding errors, is measured by scikit-learn's own formula, in its order of operations.
protocol CutScan {
    /// Finds the cut of a sorted list, with at least `leastRows` rows on each side, that gains most: the first of equals.
    ///
    /// - Parameter gain: What a cut has to exceed; gets the gain of the one found.
    /// - Returns: How many rows go left; 0: no cut gains more.
    func bestCut(_ list: ListSlice, leastRows: Int, gain: inout Double) -> Int

    /// Whether there is a search for small nodes.
    static var searchesSmallNodes: Bool { get }
    /// Remembers the rows of small nodes by their ids; false: these are too much for the search.
    func copySmall(_ rows: UnsafePointer<UInt32>, _ count: Int) -> Bool
    /// Finds the best cut of a small node, whose ids are then in the order of the winner.
    ///
    /// - Parameter position: Gets how many rows go left.
    /// - Returns: The winner's place among the drawn features; -1: there is no cut.
    func searchSmall(_ node: inout coppice_small_node, _ position: inout Int32) -> Int32

    /// Per tree; `rows` are those of the tree, with whole weights. Stores their totals under 0, the root.
    init(_ rows: TreeRows, _ scratch: Scratch)
    /// Puts the cut before the first row of a node, whose totals were stored under `node`.
    mutating func enter(_ node: Int)
    mutating func reset()
    /// Moves a row to the left of the cut.
    mutating func take(_ row: Int)
    /// Moves all rows to the left of the cut but these.
    mutating func takeAllBut(_ kept: RowSlice)
    var weight: Double { get }
    var weightLeft: Double { get }
    /// False only if the gain is certainly not above `best`.
    func mayBeat(_ best: Double) -> Bool
    var gain: Double { get }

    /// Stores the totals of both children of the entered node, given the rows of the left one.
    mutating func storeChildren(left: Int, right: Int, leftRows: RowSlice)
    func impurity(_ node: Int) -> Double
    func weight(_ node: Int) -> Double
    /// Appends what the entered node predicts, also after its children were stored.
    func appendValue(to values: inout [Double])
}

/// Row numbers that stand `step` apart in memory.
struct RowSlice {
    let rows: UnsafePointer<UInt32>
    let step: Int
    let count: Int

    subscript(index: Int) -> Int { Int(rows[index &* step]) }
}

/// Rows of a node in the order of a feature.
struct ListSlice {
    let entries: UnsafeMutablePointer<ListEntry>
    let count: Int

    /// The first rows, without their values.
    func rows(_ count: Int) -> RowSlice { rows(0..<count) }

    /// Some of the rows, without their values.
    func rows(_ range: Range<Int>) -> RowSlice {
        let words = UnsafeRawPointer(entries + range.lowerBound).assumingMemoryBound(to: UInt32.self)
        return RowSlice(rows: words + 1, step: 2, count: range.count)
    }
}

extension ListSlice {
    /// Divides the list like the rows of its node, `leftCount` of which go left.
    func divide(
        at leftCount: Int,
        _ goesLeft: UnsafePointer<UInt8>,
        keepsLeft: Bool,
        keepsRight: Bool,
        _ spare: UnsafeMutablePointer<ListEntry>
    ) {
        coppice_divide_entries(entries, count, leftCount, goesLeft, keepsLeft ? 1 : 0, keepsRight ? 1 : 0, spare)
    }

    /// So many entries behind a list are read in vain by kernels that take eight at a time; their rows must exist.
    static let overhang = 8
}

/// A value of a feature and the row that has it.
typealias ListEntry = coppice_list_entry

extension CutScan {
    /// The gap up to which values count as equal.
    static var gap: Float { 1e-7 }

    static var searchesSmallNodes: Bool { false }
    func copySmall(_: UnsafePointer<UInt32>, _: Int) -> Bool { false }
    func searchSmall(_: inout coppice_small_node, _: inout Int32) -> Int32 { -1 }

    func bestCut(_ list: ListSlice, leastRows: Int, gain: inout Double) -> Int {
        bestCut(list, leastRows: leastRows, minWeight: 0, gain: &gain)
    }

    /// The same, with at least `minWeight` on each side.
    func bestCut(_ list: ListSlice, leastRows: Int, minWeight: Double, gain: inout Double) -> Int {
        var scan = self
        scan.reset()
        let entries = list.entries
        let last = list.count - leastRows
        if last < leastRows { return 0 }
        for index in 0..<(leastRows - 1) { scan.take(Int(entries[index].row)) }
        var entry = entries[leastRows - 1]
        var bestGain = gain
        var best = 0
        for position in leastRows...last {
            scan.take(Int(entry.row))
            let next = position < list.count ? entries[position] : entry
            let isCut = next.value > entry.value + Self.gap
            entry = next
            // One branch, seldom taken, in place of one that ties make a coin toss.
            if (isCut ? 1 : 0) & (scan.mayBeat(bestGain) ? 1 : 0) == 0 { continue }
            if minWeight > 0 && (scan.weightLeft < minWeight || scan.weight - scan.weightLeft < minWeight) { continue }
            let gain = scan.gain
            if gain > bestGain {
                bestGain = gain
                best = position
            }
        }
        gain = bestGain
        return best
    }
}
