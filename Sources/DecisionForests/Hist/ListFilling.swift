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
