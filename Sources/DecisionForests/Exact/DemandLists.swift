internal import CForestKernels

/// Sorted lists of nodes, made anew for each feature that is drawn: where few of many features compete for a split, and have few
/// values, that is less work than dividing the lists of all.
struct DemandLists {
    private let rows: UnsafeMutablePointer<UInt32>
    private let features: UnsafePointer<Float>
    private let rowCount: Int
    private let source: UnsafePointer<Int32>
    private let codes: FeatureCodes
    private var current: UnsafeMutablePointer<ListEntry>
    private var best: UnsafeMutablePointer<ListEntry>
    private let spare: UnsafeMutablePointer<ListEntry>

    /// Sorting by few values takes 3 ns a row and drawn feature; dividing lists 1 ns a row and feature.
    static func pay(featureCount: Int, drawn: Int) -> Bool { featureCount >= 4 * drawn }

    /// - Parameter rows: those of the tree.
    init(_ problem: TreeProblem, _ rows: TreeRows, _ codes: FeatureCodes) {
        features = problem.features
        rowCount = problem.rowCount
        source = UnsafePointer(rows.source)
        self.codes = codes
        self.rows = problem.scratch.allocate(UInt32.self, rows.count)
        for row in 0..<rows.count { self.rows[row] = UInt32(row) }
        let length = rows.count + ListSlice.overhang
        current = problem.scratch.allocate(ListEntry.self, length)
        best = problem.scratch.allocate(ListEntry.self, length)
        spare = problem.scratch.allocate(ListEntry.self, length)
        current.initialize(repeating: ListEntry(value: 0, row: 0), count: length)
        best.initialize(repeating: ListEntry(value: 0, row: 0), count: length)
    }

    /// Puts the node's rows in the order of the list that was kept.
    func storeKept(_ range: Range<Int>) {
        for index in 0..<range.count { rows[range.lowerBound + index] = best[index].row }
    }

    /// The node's rows, sorted by a feature.
    func list(_ feature: Int, _ range: Range<Int>) -> ListSlice {
        let count = range.count
        let rows = rows + range.lowerBound
        if count > 48 {
            fill(rows, count, feature)
        } else {
            let column = features + feature &* rowCount
            for index in 0..<count {
                let row = rows[index]
                current[index] = ListEntry(value: column[Int(source[Int(row)])], row: row)
            }
            if count == 2 {
                if current[0].value > current[1].value { (current[0], current[1]) = (current[1], current[0]) }
            } else {
                coppice_sort_entries(current, spare, count)
            }
        }
        return ListSlice(entries: current, count: count)
    }

    /// Sorts by counting the rows of each value.
    private func fill(_ rows: UnsafePointer<UInt32>, _ count: Int, _ feature: Int) {
        let values = codes.values[feature]
        codes.codes[feature].withUnsafeBufferPointer { codes in
            withUnsafeTemporaryAllocation(of: UInt32.self, capacity: FeatureCodes.most) { ends in
                for value in values.indices { ends[value] = 0 }
                for index in 0..<count { ends[Int(codes[Int(source[Int(rows[index])])])] &+= 1 }
                var start: UInt32 = 0
                for value in values.indices {
                    let length = ends[value]
                    ends[value] = start
                    start &+= length
                }
                values.withUnsafeBufferPointer { values in
                    for index in 0..<count {
                        let row = rows[index]
                        let code = Int(codes[Int(source[Int(row)])])
                        current[Int(ends[code])] = ListEntry(value: values[code], row: row)
                        ends[code] &+= 1
                    }
                }
            }
        }
    }

    /// Keeps the list that was made last: its best cut is the best one so far.
    mutating func keepCurrent() { swap(&current, &best) }

    /// The list that was kept.
    func kept(_ range: Range<Int>) -> ListSlice { ListSlice(entries: best, count: range.count) }
}

/// The values of features that have few, by number.
struct FeatureCodes: Sendable {
    static let most = 256

    /// Per feature the code of every row of the training set.
    let codes: [[UInt8]]
    /// Per feature the distinct values, ascending.
    let values: [[Float]]

    /// nil if a feature has more than `most` values. O(d · n)
    init?(_ features: FeatureMatrix, _ orders: FeatureOrders) {
        var codes: [[UInt8]] = []
        var values: [[Float]] = []
        for feature in 0..<features.featureCount {
            let start = feature * features.rowCount
            var column = [UInt8](repeating: 0, count: features.rowCount)
            var distinct: [Float] = []
            for row in orders.order(of: feature) {
                let value = features.values[start + Int(row)]
                if distinct.last != value {
                    if distinct.count == Self.most { return nil }
                    distinct.append(value)
                }
                column[Int(row)] = UInt8(distinct.count - 1)
            }
            codes.append(column)
            values.append(distinct)
        }
        self.codes = codes
        self.values = values
    }
}
