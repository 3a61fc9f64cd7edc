internal import CForestKernels

/// A scan that also works on sums by bin.
protocol BinScan: CutScan {
    associatedtype Cell: FixedWidthInteger & BitwiseCopyable

    /// How many sums a bin has. Those of a feature stand together, plane by plane.
    var planeCount: Int { get }

    /// Adds rows to their bins of every feature; codes are row by row.
    ///
    /// - Parameter starts: Per feature where its sums begin if there is one plane; then their number.
    func add(
        _ rows: UnsafePointer<UInt32>,
        _ count: Int,
        _ codes: RowCodes,
        _ starts: UnsafePointer<Int32>,
        to sums: UnsafeMutablePointer<Cell>
    )

    /// Adds rows to their bins of one feature, of which there are `binCount`.
    func add(
        _ rows: UnsafePointer<UInt32>,
        _ count: Int,
        _ codes: CodeColumn,
        _ binCount: Int,
        to sums: UnsafeMutablePointer<Cell>
    )

    /// Finds a cut that gains more than `best`, of the entered node.
    func search(
        _ bins: inout coppice_bins,
        _ sums: UnsafePointer<Cell>,
        binCount: Int,
        _ best: inout coppice_bin_cut
    ) -> Bool

    /// A weight in the units of the sums.
    func inUnits(_ weight: Double) -> Double
}

extension BinScan {
    /// The first and the last bin that has rows; a bin that has none is 0, as every row weighs at least 1.
    func usedBins(_ sums: UnsafePointer<Cell>, binCount: Int) -> ClosedRange<Int> {
        var first = 0
        while !isUsed(sums, binCount, first) { first &+= 1 }
        var last = binCount - 1
        while !isUsed(sums, binCount, last) { last &-= 1 }
        return first...last
    }

    @inline(__always)
    private func isUsed(_ sums: UnsafePointer<Cell>, _ binCount: Int, _ bin: Int) -> Bool {
        var index = bin
        for _ in 0..<planeCount {
            if sums[index] != 0 { return true }
            index &+= binCount
        }
        return false
    }
}

extension SquaredErrorScan: BinScan {
    var planeCount: Int { 1 }

    func add(
        _ rows: UnsafePointer<UInt32>,
        _ count: Int,
        _ codes: RowCodes,
        _ starts: UnsafePointer<Int32>,
        to sums: UnsafeMutablePointer<Int64>
    ) {
        let featureCount = codes.featureCount
        for index in 0..<count {
            let row = Int(rows[index])
            let word = words[row]
            let code = codes.row(row)
            for feature in 0..<featureCount { sums[Int(starts[feature]) &+ Int(code[feature])] &+= word }
        }
    }

    func add(
        _ rows: UnsafePointer<UInt32>,
        _ count: Int,
        _ codes: CodeColumn,
        _ binCount: Int,
        to sums: UnsafeMutablePointer<Int64>
    ) {
        for index in 0..<count {
            let row = rows[index]
            sums[codes[row]] &+= words[Int(row)]
        }
    }

    func search(
        _ bins: inout coppice_bins,
        _ sums: UnsafePointer<Int64>,
        binCount: Int,
        _ best: inout coppice_bin_cut
    ) -> Bool {
        coppice_search_bins_squares(&bins, sums, total, &best) != 0
    }

    func inUnits(_ weight: Double) -> Double { weight }
}

extension ClassScan where Self: BinScan {
    var planeCount: Int { totals.classCount }

    func add(
        _ rows: UnsafePointer<UInt32>,
        _ count: Int,
        _ codes: RowCodes,
        _ starts: UnsafePointer<Int32>,
        to sums: UnsafeMutablePointer<UInt32>
    ) {
        let featureCount = codes.featureCount
        let planeCount = planeCount
        // Where the sums of each class and feature begin.
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: planeCount * featureCount) { planes in
            for feature in 0..<featureCount {
                let start = Int(starts[feature])
                let binCount = Int(starts[feature + 1]) - start
                for plane in 0..<planeCount {
                    planes[plane * featureCount + feature] = Int32(start * planeCount + plane * binCount)
                }
            }
            for index in 0..<count {
                let row = Int(rows[index])
                let weight = UInt32(bitPattern: totals.weights[row])
                let code = codes.row(row)
                let starts = planes.baseAddress! + Int(totals.classes[row]) &* featureCount
                for feature in 0..<featureCount { sums[Int(starts[feature]) &+ Int(code[feature])] &+= weight }
            }
        }
    }

    func add(
        _ rows: UnsafePointer<UInt32>,
        _ count: Int,
        _ codes: CodeColumn,
        _ binCount: Int,
        to sums: UnsafeMutablePointer<UInt32>
    ) {
        for index in 0..<count {
            let row = rows[index]
            let place = Int(totals.classes[Int(row)]) &* binCount &+ codes[row]
            sums[place] &+= UInt32(bitPattern: totals.weights[Int(row)])
        }
    }

    func inUnits(_ weight: Double) -> Double { weight / totals.unit }
}

extension GiniScan: BinScan {
    func search(
        _ bins: inout coppice_bins,
        _ sums: UnsafePointer<UInt32>,
        binCount: Int,
        _ best: inout coppice_bin_cut
    ) -> Bool {
        coppice_search_bins_gini(&bins, sums, Int32(binCount), totals.ofNode, Int32(totals.classCount), &best) != 0
    }
}

extension EntropyScan: BinScan {
    func search(
        _ bins: inout coppice_bins,
        _ sums: UnsafePointer<UInt32>,
        binCount: Int,
        _ best: inout coppice_bin_cut
    ) -> Bool {
        coppice_search_bins_entropy(
            &bins,
            sums,
            Int32(binCount),
            totals.ofNode,
            Int32(totals.classCount),
            XLogX.table,
            Int32(XLogX.tableCount),
            &best
        ) != 0
    }
}
