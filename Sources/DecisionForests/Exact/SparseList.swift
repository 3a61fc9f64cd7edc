internal import CForestKernels

/// A node's rows in the order of a sparse feature, without those that have its mode.
struct SparseList {
    /// Smaller values, then larger ones, ascending.
    let others: ListSlice
    /// How many are smaller.
    let smallerCount: Int
    let mode: Float
    /// How many rows have the mode.
    let modeCount: Int

    var count: Int { others.count + modeCount }

    /// The largest value; the list is not empty.
    var last: Float { smallerCount < others.count ? others.entries[others.count - 1].value : highestOfLower }

    var first: Float { smallerCount == 0 && modeCount > 0 ? mode : others.entries[0].value }

    private var highestOfLower: Float { modeCount > 0 ? mode : others.entries[others.count - 1].value }

    /// The values next to a cut that leaves so many rows on the left.
    func values(at position: Int) -> (left: Float, right: Float) {
        (value(position - 1), value(position))
    }

    private func value(_ index: Int) -> Float {
        if index < smallerCount { return others.entries[index].value }
        return index < smallerCount + modeCount ? mode : others.entries[index - modeCount].value
    }
}

extension CutScan {
    /// Finds the cut of a list that gains most, as for a list of all rows.
    func bestCut(_ list: SparseList, leastRows: Int, minWeight: Double, gain: inout Double) -> Int {
        var search = CutSearch(scan: self, leastRows: leastRows, minWeight: minWeight, rowCount: list.count, gain: gain)
        search.scan.reset()
        let others = list.others
        for index in 0..<list.smallerCount {
            search.scan.take(Int(others.entries[index].row))
            let next =
                index + 1 < list.smallerCount || list.modeCount == 0 && index + 1 < others.count
                ? others.entries[index + 1].value : list.mode
            search.consider(index + 1, others.entries[index].value, next)
        }
        let larger = list.smallerCount..<others.count
        if list.modeCount > 0 && !larger.isEmpty {
            search.scan.takeAllBut(others.rows(larger))
            search.consider(list.smallerCount + list.modeCount, list.mode, others.entries[larger.lowerBound].value)
        }
        for index in larger.dropLast() {
            search.scan.take(Int(others.entries[index].row))
            search.consider(index + list.modeCount + 1, others.entries[index].value, others.entries[index + 1].value)
        }
        gain = search.gain
        return search.best
    }
}

/// The best cut so far of a list.
private struct CutSearch<Scan: CutScan> {
    var scan: Scan
    let leastRows: Int
    let minWeight: Double
    let rowCount: Int
    var gain: Double
    var best = 0

    init(scan: Scan, leastRows: Int, minWeight: Double, rowCount: Int, gain: Double) {
        self.scan = scan
        self.leastRows = leastRows
        self.minWeight = minWeight
        self.rowCount = rowCount
        self.gain = gain
    }

    /// Looks at the cut after so many rows, between two values.
    @inline(__always)
    mutating func consider(_ position: Int, _ value: Float, _ next: Float) {
        if !(next > value + Scan.gap) || position >= rowCount || !scan.mayBeat(gain) { return }
        if position < leastRows || rowCount - position < leastRows { return }
        if minWeight > 0 && (scan.weightLeft < minWeight || scan.weight - scan.weightLeft < minWeight) { return }
        let found = scan.gain
        if found > gain {
            gain = found
            best = position
        }
    }
}
