internal import CForestKernels

/// Columns most of whose rows have the same value, such as 0 in counts of words.
///
/// Only the other rows of a node are sorted, when the feature is drawn; those that share the value are moved past the cut all
/// at once, as what the others leave of the node's sums.
struct SparseColumns: Sendable {
    /// By feature the value that most rows have; nil: none is as frequent.
    private let modes: [Float?]
    /// How many features are sparse.
    let count: Int

    init(_ features: FeatureMatrix, threadCount: Int) async throws {
        modes = try await TrainingExecutor.map(0..<features.featureCount, threadCount: threadCount) {
            features.withColumn($0, Self.mode)
        }
        count = modes.count { $0 != nil }
    }

    func mode(_ feature: Int) -> Float? { modes[feature] }

    /// The value of at least three quarters of the rows; it fills the middle of a sample, too, almost certainly.
    private static func mode(_ values: UnsafeBufferPointer<Float>) -> Float? {
        let sample = stride(from: 0, to: values.count, by: max(1, values.count / 64)).map { values[$0] }.sorted()
        guard let candidate = sample.isEmpty ? nil : sample[sample.count / 2] else { return nil }
        if 5 * sample.count(where: { $0 == candidate }) < 3 * sample.count { return nil }
        var count = 0
        for value in values { count &+= value == candidate ? 1 : 0 }
        return 4 * count >= 3 * values.count ? candidate + 0 : nil
    }
}

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
