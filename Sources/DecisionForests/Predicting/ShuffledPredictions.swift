internal import CForestKernels

/// Predictions of rows that take the values of one feature from other rows.
///
/// A row can part with its own way through a tree only where the tree first asks for that feature, and most trees ask a row
/// for few of the features. So each row goes down each tree once as it is, and once more from there for each feature and repeat
/// it was asked for: several times fewer steps than predicting all rows anew.
struct ShuffledPredictions: Sendable {
    private let predictor: ForestPredictor
    private let features: FeatureMatrix
    /// For each repeat the rows that the values come from.
    private let sources: [[Int32]]
    private let hasMissing: Bool

    /// - Parameter sources: For each repeat one row of `features` per row.
    init(_ predictor: ForestPredictor, _ features: FeatureMatrix, sources: [[Int32]]) {
        precondition(sources.allSatisfy { $0.count == features.rowCount })
        self.predictor = predictor
        self.features = features
        self.sources = sources
        hasMissing = features.values.contains { $0.isNaN }
    }

    /// Numbers per row, feature and repeat.
    private var outputCount: Int { predictor.outputCount }

    /// The means over the trees, as `ForestPredictor` gives them for such rows, bit by bit.
    ///
    /// - Parameters:
    ///   - shuffled: The features that are shuffled, one at a time.
    ///   - rows: For which rows.
    /// - Returns: `shuffled.count × repeats × rows.count × outputCount`, row-major.
    /// - Throws: `CancellationError` when the task is cancelled.
    func outputs(shuffling shuffled: Range<Int>, rows: Range<Int>) throws(CancellationError) -> [Double] {
        if let unpacked = predictor.unpacked { return try outputs(unpacked, shuffling: shuffled, rows: rows) }
        var block = ShuffledBlock(features, rows, outputCount: outputCount)
        let columns = shuffled.flatMap { feature in sources.flatMap { values(of: feature, $0, rows) } }
        var sums = [Double](repeating: 0, count: columns.count * outputCount)
        for root in predictor.roots {
            if Task.isCancelled { throw CancellationError() }
            predictor.nodes.withUnsafeBufferPointer { nodes in
                predictor.values.withUnsafeBufferPointer { values in
                    let walk = TreeWalk(layout: predictor.layout, nodes: nodes.baseAddress!)
                    block.trace(walk, root.node, values, hasMissing)
                    block.addLeaves(walk, root.node, values, hasMissing, shuffled, columns, to: &sums)
                }
            }
        }
        let treeCount = Double(predictor.roots.count)
        for index in sums.indices { sums[index] /= treeCount }
        return sums
    }

    /// The same by way of the rows as they are shuffled.
    private func outputs(
        _ forest: RandomForest,
        shuffling shuffled: Range<Int>,
        rows: Range<Int>
    ) throws(CancellationError) -> [Double] {
        var outputs: [Double] = []
        for feature in shuffled {
            for sources in sources {
                if Task.isCancelled { throw CancellationError() }
                outputs += forest.walk(substituted(feature, sources, rows), rows: 0..<rows.count)
            }
        }
        return outputs
    }

    private func values(of feature: Int, _ sources: [Int32], _ rows: Range<Int>) -> [Float] {
        features.withColumn(feature) { column in rows.map { column[Int(sources[$0])] } }
    }

    private func substituted(_ feature: Int, _ sources: [Int32], _ rows: Range<Int>) -> FeatureMatrix {
        let selected = features.rows(Array(rows))
        var columns = selected.values
        columns.replaceSubrange(
            (feature * rows.count)..<((feature + 1) * rows.count),
            with: values(of: feature, sources, rows)
        )
        return FeatureMatrix(rowCount: rows.count, featureCount: features.featureCount, values: columns)
    }
}

/// Some rows on their way through one tree after the other.
private struct ShuffledBlock {
    private let rowCount: Int
    private let featureCount: Int
    private let outputCount: Int
    /// Row-major; one feature of some rows has other values while they go down a tree.
    private var rows: [Float]
    private let original: [Float]
    /// Where each row ends as it is.
    private var leaves: [Int32]
    private var seen: [UInt8]
    /// By feature, the rows that were asked for it, and where first.
    private var visits: [coppice_visit]
    private var visitCounts: [Int]
    /// Where the rows that were asked for a feature end with other values.
    private var ends: [Int32]
    /// What the tree makes of the rows as they are, and with other values of a feature.
    private var own: [Double]
    private var substituted: [Double]

    init(_ features: FeatureMatrix, _ range: Range<Int>, outputCount: Int) {
        rowCount = range.count
        featureCount = features.featureCount
        self.outputCount = outputCount
        rows = features.rows(Array(range)).rowMajorValues()
        original = rows
        leaves = [Int32](repeating: 0, count: rowCount)
        seen = [UInt8](repeating: 0, count: rows.count)
        visits = [coppice_visit](repeating: coppice_visit(), count: (rowCount + 1) * featureCount)
        visitCounts = [Int](repeating: 0, count: featureCount)
        ends = leaves
        own = [Double](repeating: 0, count: rowCount * outputCount)
        substituted = own
    }

    mutating func trace(_ walk: TreeWalk, _ root: Int32, _ values: UnsafeBufferPointer<Double>, _ hasMissing: Bool) {
        walk.trace(
            root,
            rows,
            rowCount,
            featureCount,
            hasMissing: hasMissing,
            leaves: &leaves,
            seen: &seen,
            visits: &visits,
            visitCounts: &visitCounts
        )
        for row in 0..<rowCount {
            let leaf = walk.nodes[Int(root + leaves[row])].valueIndex * outputCount
            for output in 0..<outputCount { own[row * outputCount + output] = values[leaf + output] }
        }
    }

    /// - Parameters:
    ///   - columns: For each shuffled feature and repeat the values of the rows.
    ///   - sums: For each of those the sums of the rows.
    mutating func addLeaves(
        _ walk: TreeWalk,
        _ root: Int32,
        _ values: UnsafeBufferPointer<Double>,
        _ hasMissing: Bool,
        _ shuffled: Range<Int>,
        _ columns: [Float],
        to sums: inout [Double]
    ) {
        let size = rowCount * outputCount
        let repeats = columns.count / (rowCount * shuffled.count)
        sums.withUnsafeMutableBufferPointer { sums in
            columns.withUnsafeBufferPointer { columns in
                for (index, feature) in shuffled.enumerated() {
                    let isAsked = visitCounts[feature] > 0
                    for place in (index * repeats)..<((index + 1) * repeats) {
                        if isAsked {
                            let column = columns.baseAddress! + place * rowCount
                            substitute(walk, root, values, hasMissing, feature, column)
                        }
                        Self.add(isAsked ? substituted : own, to: sums.baseAddress! + place * size)
                    }
                    if isAsked { restore(feature) }
                }
            }
        }
    }

    private mutating func substitute(
        _ walk: TreeWalk,
        _ root: Int32,
        _ values: UnsafeBufferPointer<Double>,
        _ hasMissing: Bool,
        _ feature: Int,
        _ column: UnsafePointer<Float>
    ) {
        visits.withUnsafeBufferPointer { visits in
            let visits = UnsafeBufferPointer(
                rebasing: visits[(feature * (rowCount + 1))...].prefix(visitCounts[feature])
            )
            for visit in visits { rows[Int(visit.row) * featureCount + feature] = column[Int(visit.row)] }
            walk.resume(root, rows, featureCount, hasMissing: hasMissing, visits, leaves: &ends)
            substituted.withUnsafeMutableBufferPointer { substituted in
                _ = substituted.update(from: own)
                for visit in visits {
                    let leaf = walk.nodes[Int(root + ends[Int(visit.row)])].valueIndex * outputCount
                    let row = Int(visit.row) * outputCount
                    for output in 0..<outputCount { substituted[row + output] = values[leaf + output] }
                }
            }
        }
    }

    private mutating func restore(_ feature: Int) {
        for row in 0..<rowCount { rows[row * featureCount + feature] = original[row * featureCount + feature] }
    }

    private static func add(_ values: [Double], to sums: UnsafeMutablePointer<Double>) {
        values.withUnsafeBufferPointer { values in
            for index in values.indices { sums[index] += values[index] }
        }
    }
}
