/// Sums on both sides of a cut that moves through a node's rows, all of them exact integers.
///
/// `mayBeat` decides most cuts without a division: a/b > best is a > best·b. Only a cut that may win, by a margin far
/// above the rounding errors, is measured by scikit-learn's own formula, in its order of operations.
protocol CutScan {
    /// Per tree; `rows` are those of the tree, with whole weights.
    init(_ rows: TreeRows, _ scratch: Scratch)
    /// Puts the cut before the first row of a node, whose totals were stored under `node`.
    mutating func enter(_ node: Int)
    mutating func reset()
    /// Moves a row to the left of the cut.
    mutating func take(_ row: Int)
    var weight: Double { get }
    var weightLeft: Double { get }
    /// False only if the gain is certainly not above `best`.
    func mayBeat(_ best: Double) -> Bool
    var gain: Double { get }

    /// Stores the totals of the rows of the root.
    mutating func storeRoot(_ count: Int)
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
    func rows(_ count: Int) -> RowSlice {
        let words = UnsafeRawPointer(entries).assumingMemoryBound(to: UInt32.self)
        return RowSlice(rows: words + 1, step: 2, count: count)
    }
}

/// A value of a feature and the row that has it.
struct ListEntry: BitwiseCopyable {
    var value: Float
    var row: UInt32
}
