internal import CForestKernels

/// The best cut so far between the bins of a feature.
struct BinChoice {
    var feature = 0
    /// Whether the feature is missing in some of the node's rows.
    var hasMissing = false
    var cut = coppice_bin_cut(gain: -.infinity, left: 0, right: 0)
}

extension ListSplitter where Scan: BinScan {
    /// Tries the cuts between the bins of the feature that was drawn.
    ///
    /// - Parameters:
    ///   - sums: Of the node's rows, by bin, and how many rows each bin has if that matters.
    ///   - best: What a cut has to exceed; gets the one found.
    /// - Returns: Whether there is one.
    mutating func searchBins(
        _ feature: Int,
        _ bins: BinTable,
        _ sums: (sums: UnsafePointer<Scan.Cell>, counts: UnsafePointer<UInt32>?),
        rowCount: Int,
        _ best: inout BinChoice
    ) -> Bool {
        let binCount = Int(bins.counts[feature])
        let used = scan.usedBins(sums.sums, binCount: binCount)
        if used.lowerBound == used.upperBound || !bins.areApart(feature, used.lowerBound, used.upperBound) {
            sampler.isConstant()
            return false
        }
        let hasMissing = bins.isMissing(feature, used.upperBound)
        sampler.isCandidate(mayBeMissing: hasMissing)
        var search = bins.search(
            feature,
            used,
            counts: sums.counts,
            rowCount: rowCount,
            leastRows: limits.minSamplesLeaf,
            leastWeight: scan.inUnits(minWeightLeaf)
        )
        guard scan.search(&search, sums.sums, binCount: binCount, &best.cut) else { return false }
        best.feature = feature
        best.hasMissing = hasMissing
        return true
    }
}
