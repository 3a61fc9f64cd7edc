internal import CForestKernels

/// Makes sorted lists for small nodes of binned features, with the values themselves: deep down, where a node has few bins
/// left, cutting only between bins would cost accuracy.
struct ListFilling {
    let codes: RowCodes
    let bins: BinPointers
    /// Column-major features of the training set, and the row there of each row of the tree.
    let features: UnsafePointer<Float>
    let rowCount: Int
    let source: UnsafePointer<Int32>
    /// Room for the longest list.
    let spare: UnsafeMutablePointer<ListEntry>

    /// Sorts rows by bin, by counting, and within bins of more than one value by value.
    func fill(
        _ list: UnsafeMutablePointer<ListEntry>,
        _ rows: UnsafePointer<UInt32>,
        _ count: Int,
        _ feature: Int
    ) {
        let column = features + feature &* rowCount
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: BinnedFeatures.most) { ends in
            ends.initialize(repeating: 0)
            for index in 0..<count { ends[codes[Int(rows[index]), feature]] &+= 1 }
            var start: UInt32 = 0
            for bin in 0..<BinnedFeatures.most {
                let length = ends[bin]
                ends[bin] = start
                start &+= length
            }
            for index in 0..<count {
                let row = rows[index]
                let bin = codes[Int(row), feature]
                list[Int(ends[bin])] = ListEntry(value: column[Int(source[Int(row)])], row: row)
                ends[bin] &+= 1
            }
            var first = 0
            for bin in 0..<BinnedFeatures.most {
                let end = Int(ends[bin])
                if end - first > 1 && !bins.isSingle(feature, bin) {
                    coppice_sort_entries(list + first, spare, end - first)
                }
                first = end
            }
        }
    }
}
