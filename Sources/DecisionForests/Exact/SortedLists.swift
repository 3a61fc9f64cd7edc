internal import CForestKernels

/// Per feature, the rows of every node in ascending order of its values: a range in each list.
///
/// A split divides the lists stably, so that nothing is sorted twice.
struct SortedLists {
    private let entries: UnsafeMutablePointer<ListEntry>
    private let rowCount: Int
    private let spare: UnsafeMutablePointer<ListEntry>
    private let goesLeft: UnsafeMutablePointer<UInt8>

    /// - Parameter source: The row of the training set that each row of the tree is.
    init(_ orders: FeatureOrders, _ problem: TreeProblem, source: UnsafePointer<Int32>, rowCount: Int)
        throws(CancellationError)
    {
        self.rowCount = rowCount
        entries = problem.scratch.allocate(ListEntry.self, rowCount * problem.featureCount + ListSlice.overhang)
        spare = problem.scratch.allocate(ListEntry.self, rowCount + ListSlice.overhang)
        goesLeft = problem.scratch.allocate(UInt8.self, rowCount + 3)
        try orders.filter(source, rowCount, problem, into: entries)
    }

    subscript(feature: Int) -> UnsafeMutablePointer<ListEntry> { entries + feature * rowCount }

    /// Whether all rows of a node have the same value.
    func isConstant(_ feature: Int, _ range: Range<Int>) -> Bool {
        let list = self[feature]
        return list[range.lowerBound].value == list[range.upperBound - 1].value
    }

    /// Whether two rows of a node have the same value. Which of them comes first is then for scikit-learn's sort to say,
    /// as it depends on their order before.
    func hasTies(_ feature: Int, _ range: Range<Int>) -> Bool {
        let list = self[feature] + range.lowerBound
        var ties = 0
        for index in 1..<range.count { ties &+= list[index].value == list[index &- 1].value ? 1 : 0 }
        return ties > 0
    }

    /// Copies the node's rows and their values in the order of a feature.
    func copy(
        _ feature: Int,
        _ range: Range<Int>,
        _ rows: UnsafeMutablePointer<Int32>,
        _ values: UnsafeMutablePointer<Float>
    ) {
        let start = range.lowerBound
        coppice_unzip_entries(self[feature] + start, range.count, rows + start, values + start)
    }

    /// On which sides of a split there are rows that share their value of a feature with another row of the node.
    func sidesOfTies(
        _ feature: Int,
        _ range: Range<Int>,
        goesLeft: (Int32) -> Bool
    ) -> (left: Bool, right: Bool) {
        let list = self[feature]
        var sides = (left: false, right: false)
        for index in range {
            let value = list[index].value
            let isTied =
                (index > range.lowerBound && list[index - 1].value == value)
                || (index + 1 < range.upperBound && list[index + 1].value == value)
            if !isTied { continue }
            if goesLeft(Int32(bitPattern: list[index].row)) { sides.left = true } else { sides.right = true }
        }
        return sides
    }

    /// Divides the lists of some features like the node's rows, which have been divided already.
    ///
    /// - Parameter keeps: Which children will be split in turn; the lists of the others are not needed any more.
    func divide(
        _ features: some Sequence<Int32>,
        _ range: Range<Int>,
        at position: Int,
        _ rows: UnsafePointer<Int32>,
        keeps: (left: Bool, right: Bool)
    ) {
        if !keeps.left && !keeps.right { return }
        for index in range.lowerBound..<position { goesLeft[Int(rows[index])] = 1 }
        for index in position..<range.upperBound { goesLeft[Int(rows[index])] = 0 }
        for feature in features {
            if CancellationPace.stops(range.count) { return }
            let list = ListSlice(entries: self[Int(feature)] + range.lowerBound, count: range.count)
            list.divide(
                at: position - range.lowerBound,
                goesLeft,
                keepsLeft: keeps.left,
                keepsRight: keeps.right,
                spare
            )
        }
    }
}
