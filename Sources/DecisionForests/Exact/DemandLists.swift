internal import CForestKernels

/// Sorted lists of nodes, made anew for each feature that is drawn: where few of many features compete for a split, that is
/// less work than dividing the lists of all.
struct DemandLists {
    /// Up to so many rows are sorted by comparing them all with each other, more by their bins first.
    private static let mostToCompare = 48
    /// Above so many rows dividing lists is less work, unless very few features compete.
    static let mostToSort = 64

    /// Nodes of at most so many rows are sorted on demand.
    let longest: Int
    /// Those of the tree, each node a range.
    let rows: UnsafeMutablePointer<UInt32>
    private let values: RowValues
    private let filling: ListFilling?
    private var current: UnsafeMutablePointer<ListEntry>
    private var best: UnsafeMutablePointer<ListEntry>

    /// Sorting takes several times as long as dividing a list.
    static func pay(featureCount: Int, drawn: Int) -> Bool { featureCount >= 4 * drawn }

    /// The same for nodes of any size, which then need no lists at all.
    static func alwaysPay(featureCount: Int, drawn: Int) -> Bool { featureCount >= 16 * drawn }

    /// - Parameters:
    ///   - filling: Sorts many rows by their bins; nil: there are none.
    ///   - longest: The rows of the largest node that gets lists.
    init(
        rows: UnsafeMutablePointer<UInt32>,
        _ values: RowValues,
        _ filling: ListFilling?,
        longest: Int,
        _ scratch: Scratch
    ) {
        self.rows = rows
        self.values = values
        self.filling = filling
        self.longest = longest
        let length = longest + ListSlice.overhang
        current = scratch.allocate(ListEntry.self, length)
        best = scratch.allocate(ListEntry.self, length)
        current.initialize(repeating: ListEntry(value: 0, row: 0), count: length)
        best.initialize(repeating: ListEntry(value: 0, row: 0), count: length)
    }

    /// For an exact splitter.
    ///
    /// - Parameters:
    ///   - treeRows: those of the tree.
    ///   - longest: the rows of the largest node that is sorted on demand; nil: where that is less work.
    init(_ problem: TreeProblem, _ treeRows: TreeRows, longest given: Int?) {
        let rows = problem.scratch.allocate(UInt32.self, treeRows.count)
        for row in 0..<treeRows.count { rows[row] = UInt32(row) }
        let longest = min(given ?? Self.mostToSort, treeRows.count)
        let values = RowValues(problem, treeRows, longest: longest)
        self.init(rows: rows, values, nil, longest: longest, problem.scratch)
    }

    /// Puts the rows of those children that will be sorted on demand in the order of a list.
    func store(_ list: ListSlice, _ range: Range<Int>, cutAt position: Int) {
        if position <= longest { store(list, range, 0..<position) }
        if range.count - position <= longest { store(list, range, position..<range.count) }
    }

    private func store(_ list: ListSlice, _ range: Range<Int>, _ part: Range<Int>) {
        for index in part { rows[range.lowerBound + index] = list.entries[index].row }
    }

    /// The node's rows, sorted by a feature.
    func list(_ feature: Int, _ range: Range<Int>) -> ListSlice {
        if let filling, range.count > Self.mostToCompare {
            filling.fill(current, rows + range.lowerBound, range.count, feature)
        } else {
            values.sort(current, rows + range.lowerBound, range.count, feature)
        }
        return ListSlice(entries: current, count: range.count)
    }

    /// Keeps the list that was made last: its best cut is the best one so far.
    mutating func keepCurrent() { swap(&current, &best) }

    /// The list that was kept.
    func kept(_ range: Range<Int>) -> ListSlice { ListSlice(entries: best, count: range.count) }
}
