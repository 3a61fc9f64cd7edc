internal import CForestKernels

/// The values of a tree's rows.
struct RowValues {
    /// Column-major features of the training set, and the row there of each row of the tree.
    private let features: UnsafePointer<Float>
    private let rowCount: Int
    let source: UnsafePointer<Int32>
    /// Room for the longest list.
    let spare: UnsafeMutablePointer<ListEntry>

    init(_ problem: TreeProblem, _ rows: TreeRows, longest: Int) {
        features = problem.features
        rowCount = problem.rowCount
        source = UnsafePointer(rows.source)
        spare = problem.scratch.allocate(ListEntry.self, longest)
    }

    @inline(__always)
    func column(_ feature: Int) -> UnsafePointer<Float> { features + feature &* rowCount }

    /// Sorts the rows that do not have the mode of a sparse feature.
    ///
    /// - Parameters:
    ///   - entries: Room for all rows.
    ///   - spare: The same.
    func sort(
        _ rows: UnsafePointer<UInt32>,
        _ count: Int,
        _ feature: Int,
        mode: Float,
        into entries: UnsafeMutablePointer<ListEntry>,
        _ spare: UnsafeMutablePointer<ListEntry>
    ) -> SparseList {
        let column = column(feature)
        var others = 0
        var smaller = 0
        for index in 0..<count {
            let row = rows[index]
            let value = column[Int(source[Int(row)])]
            entries[others] = ListEntry(value: value, row: row)
            others &+= value == mode ? 0 : 1
            smaller &+= value < mode ? 1 : 0
        }
        coppice_sort_entries(entries, spare, others)
        return SparseList(
            others: ListSlice(entries: entries, count: others),
            smallerCount: smaller,
            mode: mode,
            modeCount: count - others
        )
    }

    /// Moves the rows up to a value to the front and the others behind them, both in their order.
    ///
    /// - Returns: How many rows are in front.
    func divide(
        _ rows: UnsafeMutablePointer<UInt32>,
        _ count: Int,
        _ feature: Int,
        upTo value: Float,
        _ spare: UnsafeMutablePointer<UInt32>
    ) -> Int {
        let column = column(feature)
        return HistogramKernels.divide(rows, count, spare) { column[Int(source[Int($0)])] <= value }
    }

    /// Sorts rows by value.
    func sort(
        _ list: UnsafeMutablePointer<ListEntry>,
        _ rows: UnsafePointer<UInt32>,
        _ count: Int,
        _ feature: Int
    ) {
        let column = column(feature)
        for index in 0..<count {
            let row = rows[index]
            list[index] = ListEntry(value: column[Int(source[Int(row)])], row: row)
        }
        if count == 2 {
            if list[0].value > list[1].value { (list[0], list[1]) = (list[1], list[0]) }
        } else {
            coppice_sort_entries(list, spare, count)
        }
    }
}
