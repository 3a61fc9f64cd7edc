extension ForestPredictor {
    /// Predicts one row without allocating: the number, or of a classification the most probable class.
    ///
    /// - Parameter row: `featureCount` values.
    public func predict(row: some RandomAccessCollection<Float>) -> Double {
        precondition(row.count == featureCount, "the forest was trained on \(featureCount) features")
        if unpacked != nil {
            return predict(FeatureMatrix(rowCount: 1, featureCount: featureCount, values: Array(row)))[0]
        }
        return row.withContiguousStorageIfAvailable(predict) ?? Array(row).withUnsafeBufferPointer(predict)
    }

    private func predict(_ row: UnsafeBufferPointer<Float>) -> Double {
        if outputCount == 1 {
            return withUnsafeTemporaryAllocation(of: Double.self, capacity: 1) { sum in
                sum[0] = 0
                addLeaves(row, sum)
                return sum[0] / Double(roots.count)
            }
        }
        return withUnsafeTemporaryAllocation(of: Double.self, capacity: outputCount) { sums in
            sums.initialize(repeating: 0)
            addLeaves(row, sums)
            var best = 0
            for output in 1..<outputCount where sums[output] > sums[best] { best = output }
            return Double(best)
        }
    }

    /// Walks eight trees at a time: the steps of one wait for memory while the others proceed.
    private func addLeaves(_ row: UnsafeBufferPointer<Float>, _ sums: UnsafeMutableBufferPointer<Double>) {
        let hasMissing = row.contains { $0.isNaN }
        nodes.withUnsafeBufferPointer { nodes in
            withUnsafeTemporaryAllocation(of: Int32.self, capacity: 8) { places in
                let kernel = TreeWalk(layout: layout, nodes: nodes.baseAddress!)
                for first in stride(from: 0, to: roots.count, by: 8) {
                    let count = min(8, roots.count - first)
                    places.initialize(repeating: 0)
                    var depth: Int32 = 0
                    for lane in 0..<count { depth = max(depth, roots[first + lane].depth) }
                    for _ in 0..<depth {
                        for lane in 0..<count {
                            let root = nodes.baseAddress! + Int(roots[first + lane].node)
                            places[lane] = kernel.step(places[lane], root, row.baseAddress!, hasMissing)
                        }
                    }
                    for lane in 0..<count {
                        let leaf = nodes[Int(roots[first + lane].node + places[lane])].valueIndex * outputCount
                        for output in 0..<outputCount { sums[output] += values[leaf + output] }
                    }
                }
            }
        }
    }
}
