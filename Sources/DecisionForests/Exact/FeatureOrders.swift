internal import CForestKernels

/// The rows of a training set in the order of each feature, sorted once per forest.
struct FeatureOrders: Sendable {
    /// Per feature the row numbers, by ascending value.
    private let orders: [[UInt32]]

    /// O(d · n log n)
    init(_ features: FeatureMatrix, threadCount: Int) async throws {
        orders = try await TrainingExecutor.map(0..<features.featureCount, threadCount: threadCount) { feature in
            features.values.withUnsafeBufferPointer { values in
                Self.order(
                    UnsafeBufferPointer(
                        rebasing: values[(feature * features.rowCount)..<((feature + 1) * features.rowCount)]
                    )
                )
            }
        }
    }

    /// Sorts by radix, eight bits at a time, the bits of each value so arranged that they compare as the values do.
    private static func order(_ values: UnsafeBufferPointer<Float>) -> [UInt32] {
        var keys = values.map(SimultaneousSort.orderedBits)
        var order = (0..<UInt32(values.count)).map { $0 }
        var nextKeys = keys
        var nextOrder = order
        for shift in stride(from: UInt32(0), to: 32, by: 8) {
            var starts = [Int](repeating: 0, count: 257)
            for key in keys { starts[Int(key >> shift & 255) + 1] += 1 }
            if starts.contains(values.count) { continue }
            for digit in 1...256 { starts[digit] += starts[digit - 1] }
            for index in keys.indices {
                let digit = Int(keys[index] >> shift & 255)
                nextKeys[starts[digit]] = keys[index]
                nextOrder[starts[digit]] = order[index]
                starts[digit] += 1
            }
            swap(&keys, &nextKeys)
            swap(&order, &nextOrder)
        }
        return order
    }

    func order(of feature: Int) -> [UInt32] { orders[feature] }

    /// Writes, per feature, the tree's rows in order, one list after the other.
    ///
    /// - Parameter source: The row of the training set that each row of the tree is.
    func filter(
        _ source: UnsafePointer<Int32>,
        _ count: Int,
        _ problem: TreeProblem,
        into lists: UnsafeMutablePointer<ListEntry>
    ) throws(CancellationError) {
        // Maps rows of the training set to those of the tree; weights mark which are there.
        let numbers = problem.scratch.allocate(UInt32.self, problem.rowCount)
        for row in 0..<problem.rowCount { numbers[row] = .max }
        for row in 0..<count { numbers[Int(source[row])] = UInt32(row) }
        let overflow = problem.scratch.allocate(ListEntry.self, 1)
        for feature in 0..<problem.featureCount {
            if CancellationPace.stops(problem.rowCount) { throw CancellationError() }
            let column = problem.features + feature * problem.rowCount
            let list = lists + feature * count
            var filled = 0
            orders[feature].withUnsafeBufferPointer { order in
                for row in order {
                    let number = numbers[Int(row)]
                    // The last write may have no room left; it is then of a row that is not in the tree.
                    let place = filled < count ? list + filled : overflow
                    place.pointee = ListEntry(value: column[Int(row)], row: number)
                    filled &+= number == .max ? 0 : 1
                }
            }
        }
    }
}
