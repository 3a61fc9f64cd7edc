internal import CForestKernels

/// Features as small codes: each value is replaced by the number of its bin, of which there are at most 256.
///
/// A feature of at most 256 distinct values gets a bin per value, and loses nothing. Otherwise a value that alone fills a
/// mean bin gets a bin of its own, and the other values share the remaining bins evenly; plain quantiles waste bins on
/// repeated values. A quarter of the bins then goes to the tails: the widest bins are halved again and again.
struct BinnedFeatures: Sendable {
    static let most = 256

    let bins: BinTable
    /// The codes again, row by row.
    let rowMajor: RowMajorCodes?

    /// - Parameters:
    ///   - distinct: As `distinct` gives them.
    ///   - isRowMajor: Whether the codes are needed row by row as well.
    ///   - sparse: Of these, the ones of many values get no bins.
    init(
        _ features: FeatureMatrix,
        distinct: [BinnedColumn?],
        isRowMajor: Bool,
        without sparse: SparseColumns?,
        threadCount: Int
    ) async throws {
        let columns = try await TrainingThreads.map(0..<features.featureCount, threadCount: threadCount) { feature in
            if let column = distinct[feature] { return column }
            if sparse?.mode(feature) != nil { return BinnedColumn(unbinned: features.rowCount) }
            return features.withColumn(feature) { Self.bin(FeatureOrders.order($0)) }
        }
        self.init(columns, isRowMajor: isRowMajor)
    }

    /// A bin per value for the features that have few, and none for the others; nil if neither those nor sparse ones are half
    /// of all.
    ///
    /// - Parameters:
    ///   - columns: As `distinct` gives them.
    ///   - outputCount: How many sums a bin has.
    init?(fewValued columns: [BinnedColumn?], _ sparse: SparseColumns, _ features: FeatureMatrix, outputCount: Int) {
        // As many sums as rows of the smallest node that has lists: then they take less time than a list.
        let most = DemandLists.mostToSort / max(2, outputCount)
        let fewValued = columns.map { column in column.flatMap { $0.lowest.count <= most ? $0 : nil } }
        let easy = fewValued.indices.count { fewValued[$0] != nil || sparse.mode($0) != nil }
        guard 2 * easy >= columns.count else { return nil }
        self.init(fewValued.map { $0 ?? BinnedColumn(unbinned: features.rowCount) }, isRowMajor: false)
    }

    /// Each feature with a bin per value; nil: it has more values than there may be bins.
    static func distinct(_ features: FeatureMatrix, threadCount: Int) async throws -> [BinnedColumn?] {
        try await TrainingThreads.map(0..<features.featureCount, threadCount: threadCount) { feature in
            features.withColumn(feature, distinct)
        }
    }

    private init(_ columns: [BinnedColumn], isRowMajor: Bool) {
        bins = BinTable(columns)
        rowMajor = isRowMajor ? RowMajorCodes(columns.map(\.codes)) : nil
    }

    /// A bin per value, by way of a hash table; nil if there are too many. O(n)
    private static func distinct(_ values: UnsafeBufferPointer<Float>) -> BinnedColumn? {
        let slotCount = 1024
        var distinct: [Float] = []
        var codes = [UInt8](repeating: 0, count: values.count)
        let fits = withUnsafeTemporaryAllocation(of: Int16.self, capacity: slotCount) { slots in
            slots.initialize(repeating: -1)
            for (row, value) in values.enumerated() {
                // -0 is 0.
                let hash = (value + 0).bitPattern &* 0x9E37_79B1
                var slot = Int(hash >> 22)
                while slots[slot] >= 0 && distinct[Int(slots[slot])] != value { slot = (slot &+ 1) & (slotCount &- 1) }
                if slots[slot] < 0 {
                    if distinct.count == most { return false }
                    slots[slot] = Int16(distinct.count)
                    distinct.append(value)
                }
                codes[row] = UInt8(truncatingIfNeeded: slots[slot])
            }
            return true
        }
        guard fits else { return nil }
        let order = distinct.indices.sorted { distinct[$0] < distinct[$1] }
        var places = [UInt8](repeating: 0, count: most)
        for (place, index) in order.enumerated() { places[index] = UInt8(place) }
        for row in codes.indices { codes[row] = places[Int(codes[row])] }
        let sorted = order.map { distinct[$0] + 0 }
        return BinnedColumn(codes: codes, lowest: sorted, highest: sorted)
    }

    private static func bin(_ order: [ListEntry]) -> BinnedColumn {
        let runs = runs(order)
        let ends = binEnds(runs)
        var column = BinnedColumn(codes: [UInt8](repeating: 0, count: order.count), lowest: [], highest: [])
        var run = 0
        var place = 0
        for (bin, end) in ends.enumerated() {
            column.lowest.append(runs[run].value)
            column.highest.append(runs[end - 1].value)
            while run < end {
                for _ in 0..<runs[run].count {
                    column.codes[Int(order[place].row)] = UInt8(bin)
                    place += 1
                }
                run += 1
            }
        }
        return column
    }

    /// The distinct values in ascending order, and how many rows have each.
    private static func runs(_ order: [ListEntry]) -> [(value: Float, count: Int)] {
        var runs: [(value: Float, count: Int)] = []
        for entry in order {
            if let last = runs.last, last.value == entry.value {
                runs[runs.count - 1].count += 1
            } else {
                runs.append((entry.value, 1))
            }
        }
        return runs
    }

    /// For each bin the index after its last distinct value. What stands for missing values, an infinity, has its own.
    private static func binEnds(_ runs: [(value: Float, count: Int)]) -> [Int] {
        if runs.count <= most { return Array(1...runs.count) }
        let first = runs[0].value.isInfinite ? 1 : 0
        let last = runs.count - (runs[runs.count - 1].value.isInfinite ? 1 : 0)
        let finite = Array(runs[first..<last])
        let ends = halvingWidest(
            evenEnds(finite.map(\.count), bins: most / 4 * 3),
            finite,
            most: most - (runs.count - finite.count)
        )
        return Array(1..<(first + 1)) + ends.map { $0 + first } + Array((last + 1)..<(runs.count + 1))
    }

    /// Heavy values alone, the others in bins of about as many rows each.
    private static func evenEnds(_ counts: [Int], bins: Int) -> [Int] {
        let heavy = heavyValues(counts, bins: bins)
        var heavyLeft = heavy.count { $0 }
        var lightRowsLeft = counts.indices.reduce(0) { $0 + (heavy[$1] ? 0 : counts[$1]) }
        var ends: [Int] = []
        var filled = 0
        for index in counts.indices where ends.count < bins - 1 {
            if heavy[index] {
                if filled > 0 { ends.append(index) }
                ends.append(index + 1)
                heavyLeft -= 1
                filled = 0
                continue
            }
            filled += counts[index]
            lightRowsLeft -= counts[index]
            // Close a bin when it holds its share of what is left.
            if filled * max(1, bins - ends.count - heavyLeft) >= filled + lightRowsLeft {
                ends.append(index + 1)
                filled = 0
            }
        }
        if ends.last != counts.count { ends.append(counts.count) }
        return ends
    }

    /// Halves the bin that spans most, by its distinct values, until there are as many as there may be.
    private static func halvingWidest(
        _ ends: [Int],
        _ runs: [(value: Float, count: Int)],
        most: Int
    ) -> [Int] {
        var ends = ends
        while ends.count < most {
            var widest = (bin: -1, width: Float(0))
            for bin in ends.indices {
                let start = bin == 0 ? 0 : ends[bin - 1]
                let width = runs[ends[bin] - 1].value - runs[start].value
                if width > widest.width { widest = (bin, width) }
            }
            if widest.bin < 0 { break }
            let start = widest.bin == 0 ? 0 : ends[widest.bin - 1]
            ends.insert((start + ends[widest.bin]) / 2, at: widest.bin)
        }
        return ends
    }

    /// Marks the values that alone fill a mean bin, of those bins that the others leave.
    private static func heavyValues(_ counts: [Int], bins most: Int) -> [Bool] {
        var heavy = [Bool](repeating: false, count: counts.count)
        var rows = counts.reduce(0, +)
        var bins = most
        var changed = true
        while changed && bins > 1 {
            changed = false
            let share = max(2, rows / bins)
            for index in counts.indices where !heavy[index] && counts[index] >= share && bins > most / 4 {
                heavy[index] = true
                rows -= counts[index]
                bins -= 1
                changed = true
            }
        }
        return heavy
    }
}
