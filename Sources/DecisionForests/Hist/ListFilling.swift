internal import CForestKernels

/// Makes sorted lists for nodes of binned features, with the values themselves: deep down, where a node has few bins left,
/// cutting only between bins would cost accuracy.
struct ListFilling {
    let codes: RowCodes
    let bins: BinTable
    let values: RowValues

    /// Sorts rows by bin, by counting, and within bins of more than one value by value.
    func fill(
        _ list: UnsafeMutablePointer<ListEntry>,
        _ rows: UnsafePointer<UInt32>,
        _ count: Int,
        _ feature: Int
    ) {
        let column = values.column(feature)
        let codes = codes.column(feature)
        let binCount = Int(bins.counts[feature])
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: BinnedFeatures.most) { ends in
            for bin in 0..<binCount { ends[bin] = 0 }
            for index in 0..<count { ends[codes[rows[index]]] &+= 1 }
            var start: UInt32 = 0
            for bin in 0..<binCount {
                let length = ends[bin]
                ends[bin] = start
                start &+= length
            }
            for index in 0..<count {
                let row = rows[index]
                let bin = codes[row]
                list[Int(ends[bin])] = ListEntry(value: column[Int(values.source[Int(row)])], row: row)
                ends[bin] &+= 1
            }
            var first = 0
            for bin in 0..<binCount {
                let end = Int(ends[bin])
                if end - first > 1 && !bins.isSingle(feature, bin) {
                    coppice_sort_entries(list + first, values.spare, end - first)
                }
                first = end
            }
        }
    }
}

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
        var left = 0
        var right = 0
        for index in 0..<count {
            let row = rows[index]
            let goes = column[Int(source[Int(row)])] <= value ? 1 : 0
            rows[left] = row
            spare[right] = row
            left &+= goes
            right &+= 1 &- goes
        }
        (rows + left).update(from: spare, count: right)
        return left
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
