internal import CForestKernels

/// The rows of a training set in the order of each feature, sorted once per forest.
struct FeatureOrders: Sendable {
    /// Per feature the values and their rows, ascending.
    private let orders: [[ListEntry]]

    /// O(d · n log n)
    ///
    /// - Parameter isListed: Which features; the others have no order.
    init(
        _ features: FeatureMatrix,
        threadCount: Int,
        isListed: @escaping @Sendable (Int) -> Bool = { _ in true }
    ) async throws {
        orders = try await TrainingThreads.map(0..<features.featureCount, threadCount: threadCount) { feature in
            isListed(feature) ? features.withColumn(feature, Self.order) : []
        }
    }

    func isListed(_ feature: Int) -> Bool { !orders[feature].isEmpty }

    /// The values in ascending order; none is NaN but where nobody asks for them.
    ///
    /// Sorts by radix, the bits of each value so arranged that they compare as the values do.
    static func order(_ values: UnsafeBufferPointer<Float>) -> [ListEntry] {
        // Many values are worth fewer passes over larger tables.
        let digitBits = values.count < 4096 ? 8 : 11
        let digitCount = (32 + digitBits - 1) / digitBits
        let size = 1 << digitBits
        let mask = UInt64(size - 1)
        return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: digitCount * size) { starts in
            starts.initialize(repeating: 0)
            return withTwoBuffers(values.count) { first, second in
                for (row, value) in values.enumerated() {
                    let bits = SimultaneousSort.orderedBits(value)
                    first[row] = UInt64(bits) << 32 | UInt64(row)
                    for digit in 0..<digitCount {
                        starts[digit &* size &+ Int(bits >> UInt32(digit &* digitBits)) & (size &- 1)] &+= 1
                    }
                }
                var from = first
                var to = second
                for digit in 0..<digitCount {
                    let starts = starts.baseAddress! + digit * size
                    let shift = UInt64(32 + digit * digitBits)
                    // All values may share a digit.
                    if starts[Int(from[0] >> shift & mask)] == UInt32(values.count) { continue }
                    var start: UInt32 = 0
                    for value in 0..<size {
                        let length = starts[value]
                        starts[value] = start
                        start &+= length
                    }
                    for index in 0..<values.count {
                        let entry = from[index]
                        let value = Int(entry >> shift & mask)
                        to[Int(starts[value])] = entry
                        starts[value] &+= 1
                    }
                    swap(&from, &to)
                }
                return (0..<values.count).map { index in
                    let row = UInt32(truncatingIfNeeded: from[index])
                    return ListEntry(value: values[Int(row)], row: row)
                }
            }
        }
    }

    private static func withTwoBuffers(
        _ count: Int,
        _ body: (UnsafeMutablePointer<UInt64>, UnsafeMutablePointer<UInt64>) -> [ListEntry]
    ) -> [ListEntry] {
        let buffers = UnsafeMutablePointer<UInt64>.allocate(capacity: 2 * count)
        defer { buffers.deallocate() }
        return body(buffers, buffers + count)
    }

    /// Writes, per feature, the tree's rows in order, one list after the other.
    ///
    /// - Parameters:
    ///   - source: The row of the training set that each row of the tree is.
    ///   - lists: `ListSlice.overhang` entries longer.
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
        for feature in 0..<problem.featureCount {
            if CancellationPace.stops(problem.rowCount) { throw CancellationError() }
            // What kernels read in vain, behind the list before, has to name a row.
            let list = lists + feature * count
            for index in 0..<min(ListSlice.overhang, count) { list[index] = ListEntry(value: 0, row: 0) }
            orders[feature].withUnsafeBufferPointer { order in
                if order.count > 0 { coppice_filter_entries(order.baseAddress, order.count, numbers, list) }
            }
        }
        let end = lists + problem.featureCount * count
        for index in 0..<ListSlice.overhang { end[index] = ListEntry(value: 0, row: 0) }
    }
}
