extension ForestPredictor {
    /// Predicts a number per row; for a classification the most probable class, the first one of equals.
    public func predict(_ features: FeatureMatrix) -> [Double] {
        let outputs = averagedOutputs(features)
        switch task {
        case .regression: return outputs
        case .classification: return RandomForest.mostProbable(outputs, classCount: outputCount).map(Double.init)
        }
    }

    /// `rowCount × outputCount`, row-major: the mean over the trees.
    ///
    /// A block of rows stays in the cache while all trees pass over it. The upper levels of a tree ask all their questions of
    /// sixteen rows at a time; the rows of the block, turned row by row, take the steps below them one after the other.
    ///
    /// - Parameter rows: which rows; nil: all.
    func averagedOutputs(_ features: FeatureMatrix, rows: Range<Int>? = nil) -> [Double] {
        precondition(features.featureCount == featureCount, "the forest was trained on \(featureCount) features")
        let rows = rows ?? 0..<features.rowCount
        if let unpacked { return unpacked.walk(features, rows: rows) }
        let upperLevels = CompleteTrees(self)
        // Deep trees are large: the more rows pass over one while it is in the cache, the better.
        let blockSize = upperLevels.areWhole ? 512 : max(512, min(2048, 32_768 / max(1, featureCount)))
        var sums = [Double](repeating: 0, count: rows.count * outputCount)
        for start in stride(from: rows.lowerBound, to: rows.upperBound, by: blockSize) {
            let blockRows = start..<min(start + blockSize, rows.upperBound)
            let block = RowBlock(features, blockRows, isTurned: !upperLevels.areWhole)
            sums.withUnsafeMutableBufferPointer { sums in
                addLeaves(upperLevels, block, sums.baseAddress! + (start - rows.lowerBound) * outputCount)
            }
        }
        let treeCount = Double(roots.count)
        for index in sums.indices { sums[index] /= treeCount }
        return sums
    }

    private func addLeaves(_ upperLevels: CompleteTrees, _ block: RowBlock, _ sums: UnsafeMutablePointer<Double>) {
        let groupCount = (block.rowCount + 15) / 16
        nodes.withUnsafeBufferPointer { nodes in
            values.withUnsafeBufferPointer { values in
                withUnsafeTemporaryAllocation(of: Int32.self, capacity: groupCount * 16) { places in
                    let places = places.baseAddress!
                    let kernel = TreeWalk(layout: layout, nodes: nodes.baseAddress!)
                    for (tree, root) in roots.enumerated() {
                        if block.hasMissing {
                            places.initialize(repeating: 0, count: block.rowCount)
                        } else {
                            block.walk(upperLevels, tree, ends: places)
                        }
                        if block.hasMissing || root.depth > CompleteTrees.deepest {
                            kernel.walk(
                                root.node,
                                block.turned,
                                block.rowCount,
                                featureCount,
                                places,
                                hasMissing: block.hasMissing
                            )
                            for row in 0..<block.rowCount {
                                places[row] = Int32(nodes[Int(root.node + places[row])].valueIndex)
                            }
                        }
                        if outputCount == 1 {
                            for row in 0..<block.rowCount { sums[row] += values[Int(places[row])] }
                            continue
                        }
                        for row in 0..<block.rowCount {
                            let leaf = Int(places[row]) * outputCount
                            for output in 0..<outputCount { sums[row * outputCount + output] += values[leaf + output] }
                        }
                    }
                }
            }
        }
    }
}

/// Some rows of a matrix, in the forms that walks through trees need.
private struct RowBlock {
    let rowCount: Int
    let hasMissing: Bool
    /// Row-major; empty if not asked for and no value is missing.
    let turned: [Float]
    private let features: FeatureMatrix
    private let rows: Range<Int>
    /// The last rows, fewer than sixteen, column by column and filled up to sixteen: there may be nothing to read beyond them.
    private let rest: [Float]

    init(_ features: FeatureMatrix, _ rows: Range<Int>, isTurned: Bool) {
        self.features = features
        self.rows = rows
        rowCount = rows.count
        hasMissing = features.values.withUnsafeBufferPointer { values in
            (0..<features.featureCount).contains { feature in
                let column = values.baseAddress! + feature * features.rowCount
                var missing = 0
                for row in rows { missing |= column[row].isNaN ? 1 : 0 }
                return missing != 0
            }
        }
        turned = isTurned || hasMissing ? Self.turn(features, rows) : []
        let restRows = rows.suffix(rows.count % 16)
        var rest = [Float](repeating: 0, count: restRows.isEmpty ? 0 : 16 * features.featureCount)
        for feature in 0..<features.featureCount {
            for (place, row) in restRows.enumerated() {
                rest[feature * 16 + place] = features.values[feature * features.rowCount + row]
            }
        }
        self.rest = rest
    }

    private static func turn(_ features: FeatureMatrix, _ rows: Range<Int>) -> [Float] {
        [Float](unsafeUninitializedCapacity: rows.count * features.featureCount) { block, count in
            features.values.withUnsafeBufferPointer { values in
                for feature in 0..<features.featureCount {
                    let column = values.baseAddress! + feature * features.rowCount + rows.lowerBound
                    for row in 0..<rows.count { block[row &* features.featureCount &+ feature] = column[row] }
                }
            }
            count = rows.count * features.featureCount
        }
    }

    /// - Parameter ends: Room for the next multiple of sixteen rows.
    func walk(_ trees: CompleteTrees, _ tree: Int, ends: UnsafeMutablePointer<Int32>) {
        let groupCount = rowCount / 16
        features.values.withUnsafeBufferPointer { values in
            trees.walk(
                tree,
                values.baseAddress! + rows.lowerBound,
                stride: features.rowCount,
                groupCount: groupCount,
                ends: ends
            )
        }
        if rest.isEmpty { return }
        trees.walk(tree, rest, stride: 16, groupCount: 1, ends: ends + groupCount * 16)
    }
}

extension RandomForest {
    /// The mean over the trees, row by row and node by node.
    func walk(_ features: FeatureMatrix, rows: Range<Int>) -> [Double] {
        var sums = [Double](repeating: 0, count: rows.count * outputCount)
        for tree in trees {
            for row in rows {
                let leaf = tree.leaf(of: row, in: features)
                let start = (row - rows.lowerBound) * outputCount
                for output in 0..<outputCount { sums[start + output] += tree.value[leaf * outputCount + output] }
            }
        }
        return sums.map { $0 / Double(trees.count) }
    }
}
