/// Features as small codes: each value is replaced by the number of its bin, of which there are at most 256.
///
/// A feature of at most 256 distinct values gets a bin per value, and loses nothing. Otherwise a value that alone fills a
/// mean bin gets a bin of its own, and the other values share the remaining bins evenly; plain quantiles waste bins on
/// repeated values. A quarter of the bins then goes to the tails: the widest bins are halved again and again.
struct BinnedFeatures: Sendable {
    static let most = 256

    let rowCount: Int
    /// Per feature the code of every row.
    let codes: [[UInt8]]
    /// Per feature and bin the smallest and the largest value in it.
    let lowest: [[Float]]
    let highest: [[Float]]
    /// The codes again, row by row.
    let rowMajor: RowMajorCodes?

    /// - Parameter isRowMajor: Whether the codes are needed row by row as well.
    init(_ features: FeatureMatrix, _ orders: FeatureOrders, isRowMajor: Bool, threadCount: Int) async throws {
        rowCount = features.rowCount
        let columns = try await TrainingExecutor.map(0..<features.featureCount, threadCount: threadCount) { feature in
            features.values.withUnsafeBufferPointer { values in
                Self.bin(
                    UnsafeBufferPointer(rebasing: values[(feature * features.rowCount)...].prefix(features.rowCount)),
                    orders.order(of: feature)
                )
            }
        }
        codes = columns.map(\.codes)
        lowest = columns.map(\.lowest)
        highest = columns.map(\.highest)
        rowMajor = isRowMajor ? RowMajorCodes(codes) : nil
    }

    /// Whether each feature has so few values that each gets a bin of its own. O(d · n)
    static func areLossless(_ features: FeatureMatrix, _ orders: FeatureOrders) -> Bool {
        features.values.withUnsafeBufferPointer { values in
            (0..<features.featureCount).allSatisfy { feature in
                let column = values.baseAddress! + feature * features.rowCount
                var count = 0
                var last = Float.nan
                for row in orders.order(of: feature) where column[Int(row)] != last {
                    last = column[Int(row)]
                    count += 1
                    if count > most { return false }
                }
                return true
            }
        }
    }

    private struct Column {
        var codes: [UInt8]
        var lowest: [Float] = []
        var highest: [Float] = []
    }

    private static func bin(_ values: UnsafeBufferPointer<Float>, _ order: [UInt32]) -> Column {
        let runs = runs(values, order)
        let ends = binEnds(runs)
        var column = Column(codes: [UInt8](repeating: 0, count: values.count))
        var run = 0
        var place = 0
        for (bin, end) in ends.enumerated() {
            column.lowest.append(runs[run].value)
            column.highest.append(runs[end - 1].value)
            while run < end {
                for _ in 0..<runs[run].count {
                    column.codes[Int(order[place])] = UInt8(bin)
                    place += 1
                }
                run += 1
            }
        }
        return column
    }

    /// The distinct values in ascending order, and how many rows have each.
    private static func runs(_ values: UnsafeBufferPointer<Float>, _ order: [UInt32]) -> [(value: Float, count: Int)] {
        var runs: [(value: Float, count: Int)] = []
        for row in order {
            let value = values[Int(row)]
            if let last = runs.last, last.value == value {
                runs[runs.count - 1].count += 1
            } else {
                runs.append((value, 1))
            }
        }
        return runs
    }

    /// For each bin the index after its last distinct value.
    private static func binEnds(_ runs: [(value: Float, count: Int)]) -> [Int] {
        if runs.count <= most { return Array(1...runs.count) }
        return halvingWidest(evenEnds(runs.map(\.count), bins: most / 4 * 3), runs)
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
    private static func halvingWidest(_ ends: [Int], _ runs: [(value: Float, count: Int)]) -> [Int] {
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
