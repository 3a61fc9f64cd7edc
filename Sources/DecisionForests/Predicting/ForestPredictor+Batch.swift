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
    /// A block of rows, turned row by row, stays in the cache while all trees pass over it, sixteen rows in flight.
    ///
    /// - Parameter rows: which rows; nil: all.
    func averagedOutputs(_ features: FeatureMatrix, rows: Range<Int>? = nil) -> [Double] {
        precondition(features.featureCount == featureCount, "the forest was trained on \(featureCount) features")
        let rows = rows ?? 0..<features.rowCount
        if let unpacked { return unpacked.walk(features, rows: rows) }
        let blockSize = 256
        var sums = [Double](repeating: 0, count: rows.count * outputCount)
        var block = [Float](repeating: 0, count: (blockSize + 16) * featureCount)
        for start in stride(from: rows.lowerBound, to: rows.upperBound, by: blockSize) {
            let count = min(blockSize, rows.upperBound - start)
            let hasMissing = Self.fill(&block, features, start..<(start + count))
            sums.withUnsafeMutableBufferPointer { sums in
                let target = UnsafeMutableBufferPointer(rebasing: sums[((start - rows.lowerBound) * outputCount)...])
                if hasMissing {
                    addLeaves(block, count, target, hasMissing: true)
                } else {
                    addLeaves(block, count, target, hasMissing: false)
                }
            }
        }
        let treeCount = Double(roots.count)
        for index in sums.indices { sums[index] /= treeCount }
        return sums
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

    @inline(__always)
    private func addLeaves(
        _ block: [Float],
        _ rowCount: Int,
        _ sums: UnsafeMutableBufferPointer<Double>,
        hasMissing: Bool
    ) {
        block.withUnsafeBufferPointer { block in
            nodes.withUnsafeBufferPointer { nodes in
                values.withUnsafeBufferPointer { values in
                    withUnsafeTemporaryAllocation(of: Int32.self, capacity: rowCount + 16) { places in
                        let kernel = TreeWalk(layout: layout, nodes: nodes.baseAddress!)
                        for root in roots {
                            kernel.walk(
                                root,
                                block.baseAddress!,
                                rowCount,
                                featureCount,
                                places.baseAddress!,
                                hasMissing
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
