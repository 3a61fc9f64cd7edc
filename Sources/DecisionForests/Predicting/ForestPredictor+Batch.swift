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
    /// A block of rows stays in the cache while all trees pass over it: small trees ask all their questions of sixteen rows
    /// at a time, others take the rows of the block, turned row by row, down one step after the other.
    ///
    /// - Parameter rows: which rows; nil: all.
    func averagedOutputs(_ features: FeatureMatrix, rows: Range<Int>? = nil) -> [Double] {
        precondition(features.featureCount == featureCount, "the forest was trained on \(featureCount) features")
        let rows = rows ?? 0..<features.rowCount
        if let unpacked { return unpacked.walk(features, rows: rows) }
        let completeTrees = CompleteTrees(self)
        // Deep trees are large: the more rows pass over one while it is in the cache, the better.
        let blockSize = completeTrees == nil ? max(512, min(2048, 32_768 / max(1, featureCount))) : 512
        var sums = [Double](repeating: 0, count: rows.count * outputCount)
        var block = [Float](repeating: 0, count: blockSize * featureCount)
        for start in stride(from: rows.lowerBound, to: rows.upperBound, by: blockSize) {
            let count = min(blockSize, rows.upperBound - start)
            let blockRows = start..<(start + count)
            sums.withUnsafeMutableBufferPointer { sums in
                let target = UnsafeMutableBufferPointer(rebasing: sums[((start - rows.lowerBound) * outputCount)...])
                if let completeTrees, !Self.hasMissing(features, blockRows) {
                    addLeaves(completeTrees, features, blockRows, target.baseAddress!)
                    return
                }
                let hasMissing = Self.fill(&block, features, blockRows)
                addLeaves(block, count, target, hasMissing: hasMissing)
            }
        }
        let treeCount = Double(roots.count)
        for index in sums.indices { sums[index] /= treeCount }
        return sums
    }

    private static func hasMissing(_ features: FeatureMatrix, _ rows: Range<Int>) -> Bool {
        features.values.withUnsafeBufferPointer { values in
            for feature in 0..<features.featureCount {
                let column = values.baseAddress! + feature * features.rowCount
                var missing = 0
                for row in rows { missing |= column[row].isNaN ? 1 : 0 }
                if missing != 0 { return true }
            }
            return false
        }
    }

    private func addLeaves(
        _ trees: CompleteTrees,
        _ features: FeatureMatrix,
        _ rows: Range<Int>,
        _ sums: UnsafeMutablePointer<Double>
    ) {
        let whole = rows.count / 16 * 16
        features.values.withUnsafeBufferPointer { columns in
            values.withUnsafeBufferPointer { values in
                trees.addLeaves(
                    columns.baseAddress! + rows.lowerBound,
                    stride: features.rowCount,
                    rowCount: whole,
                    values: values.baseAddress!,
                    outputCount: outputCount,
                    to: sums
                )
                // Beyond the last rows there may be nothing to read.
                let rest = rows.count - whole
                if rest == 0 { return }
                withUnsafeTemporaryAllocation(of: Float.self, capacity: 16 * featureCount) { padded in
                    padded.initialize(repeating: 0)
                    for feature in 0..<featureCount {
                        let column = columns.baseAddress! + feature * features.rowCount + rows.lowerBound + whole
                        for row in 0..<rest { padded[feature * 16 + row] = column[row] }
                    }
                    trees.addLeaves(
                        padded.baseAddress!,
                        stride: 16,
                        rowCount: rest,
                        values: values.baseAddress!,
                        outputCount: outputCount,
                        to: sums + whole * outputCount
                    )
                }
            }
        }
    }

    /// Copies rows into `block`, row-major; tells whether a value is missing.
    private static func fill(_ block: inout [Float], _ features: FeatureMatrix, _ rows: Range<Int>) -> Bool {
        var hasMissing = false
        block.withUnsafeMutableBufferPointer { block in
            features.values.withUnsafeBufferPointer { values in
                for feature in 0..<features.featureCount {
                    let column = values.baseAddress! + feature * features.rowCount + rows.lowerBound
                    var place = feature
                    for row in 0..<rows.count {
                        let value = column[row]
                        block[place] = value
                        if value.isNaN { hasMissing = true }
                        place += features.featureCount
                    }
                }
            }
        }
        return hasMissing
    }

    private func addLeaves(
        _ block: [Float],
        _ rowCount: Int,
        _ sums: UnsafeMutableBufferPointer<Double>,
        hasMissing: Bool
    ) {
        block.withUnsafeBufferPointer { block in
            nodes.withUnsafeBufferPointer { nodes in
                values.withUnsafeBufferPointer { values in
                    withUnsafeTemporaryAllocation(of: Int32.self, capacity: rowCount) { places in
                        let kernel = TreeWalk(layout: layout, nodes: nodes.baseAddress!)
                        for root in roots {
                            kernel.walk(
                                root.node,
                                block.baseAddress!,
                                rowCount,
                                featureCount,
                                places.baseAddress!,
                                hasMissing: hasMissing
                            )
                            for row in 0..<rowCount {
                                let leaf = nodes[Int(root.node + places[row])].valueIndex * outputCount
                                for output in 0..<outputCount {
                                    sums[row * outputCount + output] += values[leaf + output]
                                }
                            }
                        }
                    }
                }
            }
        }
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
