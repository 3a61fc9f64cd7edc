internal import CForestKernels

/// The binned splitter of regressions in which most features compete for every split.
///
/// Large nodes sum the targets by bin, all features in one pass over their rows; of two children only the smaller is
/// summed, the larger is what the parent leaves. The sums are integers, so the order of additions does not matter and the
/// subtraction is exact. Nodes below `listLimit` rows go on with sorted lists of values, which fit the innermost cache.
struct HistogramSplitter: NodeSplitter {
    /// Below so many rows clearing and scanning 256 bins costs more than dividing lists.
    static let listLimit = 1024

    let rowCount: Int
    var outputCount: Int { 1 }
    private let rows: UnsafeMutablePointer<UInt32>
    private let spare: UnsafeMutablePointer<UInt32>
    private let codes: RowCodes
    private let bins: BinPointers
    private let filling: ListFilling
    private let limits: GrowthLimits
    private let minWeightLeaf: Double
    private let totalWeight: Double
    private var histograms: HistogramPool
    private var lists: ListSplitter<SquaredErrorScan>

    init(_ problem: TreeProblem, _ targets: IntegerTargets, _ binned: BinnedFeatures) {
        let treeRows = TreeRows(problem, targets)
        rowCount = treeRows.count
        rows = problem.scratch.allocate(UInt32.self, rowCount)
        spare = problem.scratch.allocate(UInt32.self, rowCount)
        for row in 0..<rowCount { rows[row] = UInt32(row) }
        codes = RowCodes(treeRows, binned, problem.scratch)
        bins = BinPointers(binned, problem.scratch)
        filling = ListFilling(
            codes: codes,
            bins: bins,
            features: problem.features,
            rowCount: problem.rowCount,
            source: treeRows.source,
            spare: problem.scratch.allocate(ListEntry.self, Self.listLimit)
        )
        limits = problem.limits
        minWeightLeaf = problem.minWeightLeaf
        totalWeight = problem.totalWeight
        histograms = HistogramPool(
            featureCount: problem.featureCount,
            countsRows: limits.minSamplesLeaf > 1,
            nodeCapacity: rowCount,
            scratch: problem.scratch
        )
        lists = ListSplitter(problem, treeRows, listLength: min(rowCount, Self.listLimit))
        if rowCount >= Self.listLimit {
            histograms.assign(0)
            histograms.fill(0, rows, rowCount, codes, lists.scan.words)
        }
    }

    mutating func enter(_ node: NodeContext) -> NodeSummary { lists.enter(node) }

    func appendValue(to values: inout [Double]) { lists.appendValue(to: &values) }

    mutating func findSplit(_ node: NodeContext, impurity: Double, knownConstants: inout Int) -> Split? {
        if node.range.count < Self.listLimit {
            if !lists.covers(node.range) { fillLists(node.range, knownConstants) }
            return lists.findSplit(node, impurity: impurity, knownConstants: &knownConstants)
        }
        let start = node.range.lowerBound
        var best = BinCut()
        lists.sampler.enterNode(knownConstants: knownConstants)
        while let feature = lists.sampler.next() {
            if CancellationPace.stops(node.range.count) { return nil }
            let histogram = histograms.sums(start) + feature * BinnedFeatures.most
            let used = HistogramKernels.usedBins(histogram)
            if used.lowerBound == used.upperBound || !bins.areApart(feature, used.lowerBound, used.upperBound) {
                lists.sampler.isConstant()
            } else {
                lists.sampler.isCandidate()
                search(histogram, histograms.counts(start), feature, used, node.range.count, &best)
            }
        }
        knownConstants = lists.sampler.leaveNode()
        guard best.right > 0, let split = divide(node, best, impurity) else {
            histograms.release(start)
            return nil
        }
        return split
    }

    private struct BinCut {
        var gain = -Double.infinity
        var feature = 0
        var left = 0
        /// The first bin on the right; 0: no cut was found.
        var right = 0
    }

    private func search(
        _ sums: UnsafePointer<Int64>,
        _ counts: UnsafePointer<UInt32>?,
        _ feature: Int,
        _ used: ClosedRange<Int>,
        _ rowCount: Int,
        _ best: inout BinCut
    ) {
        var scan = lists.scan
        scan.reset()
        scan.take(word: sums[used.lowerBound])
        let counts = counts.map { $0 + feature * BinnedFeatures.most }
        var countLeft = counts.map { Int($0[used.lowerBound]) } ?? 1
        var previous = used.lowerBound
        var bestGain = best.gain
        for bin in (used.lowerBound + 1)...used.upperBound {
            let word = sums[bin]
            if word == 0 { continue }
            if scan.mayBeat(bestGain), scan.gain > bestGain, bins.areApart(feature, previous, bin) {
                let hasRows = counts == nil || min(countLeft, rowCount - countLeft) >= limits.minSamplesLeaf
                let hasWeight = min(scan.weightLeft, scan.weight - scan.weightLeft) >= minWeightLeaf
                if hasRows && hasWeight {
                    bestGain = scan.gain
                    best = BinCut(gain: bestGain, feature: feature, left: previous, right: bin)
                }
            }
            scan.take(word: word)
            if let counts { countLeft += Int(counts[bin]) }
            previous = bin
        }
    }

    /// Divides the rows and sums those of the smaller child; nil if the split is not worth it.
    private mutating func divide(_ node: NodeContext, _ cut: BinCut, _ impurity: Double) -> Split? {
        let range = node.range
        let start = range.lowerBound
        let countLeft = HistogramKernels.divide(rows + start, range.count, codes, cut.feature, upTo: cut.left, spare)
        let middle = start + countLeft
        let split = lists.storeChildren(
            of: node,
            leftRows: RowSlice(rows: rows + start, step: 1, count: countLeft),
            impurity: impurity,
            feature: cut.feature,
            threshold: bins.threshold(cut.feature, between: cut.left, and: cut.right)
        )
        if split.improvement + TreeGrower.purity < limits.minImpurityDecrease { return nil }
        let needsLeft = needsHistogram(node.depth + 1, countLeft, start, split.impurityLeft)
        let needsRight = needsHistogram(node.depth + 1, range.count - countLeft, middle, split.impurityRight)
        let leftIsSmaller = countLeft * 2 <= range.count
        let smaller = leftIsSmaller ? start..<middle : middle..<range.upperBound
        let larger = leftIsSmaller ? middle : start
        if leftIsSmaller ? needsRight : needsLeft {
            // The larger child takes over the parent's sums.
            let other = histograms.spareSlot()
            histograms.fill(slot: other, rows + smaller.lowerBound, smaller.count, codes, lists.scan.words)
            histograms.subtract(other, from: start)
            histograms.move(from: start, to: larger)
            if leftIsSmaller ? needsLeft : needsRight {
                histograms.assign(smaller.lowerBound, slot: other)
            } else {
                histograms.release(slot: other)
            }
        } else {
            histograms.release(start)
            if leftIsSmaller ? needsLeft : needsRight {
                histograms.assign(smaller.lowerBound)
                histograms.fill(smaller.lowerBound, rows + smaller.lowerBound, smaller.count, codes, lists.scan.words)
            }
        }
        return split
    }

    private func needsHistogram(_ depth: Int, _ count: Int, _ node: Int, _ impurity: Double) -> Bool {
        count >= Self.listLimit && lists.mayGrow(depth, count, lists.scan.weight(node), impurity)
    }

    /// Sorts the rows of a small node by each feature that is not known to be constant.
    private mutating func fillLists(_ range: Range<Int>, _ knownConstants: Int) {
        for feature in lists.sampler.features(from: knownConstants) {
            filling.fill(lists.list(Int(feature)), rows + range.lowerBound, range.count, Int(feature))
        }
        lists.cover(range)
    }
}
