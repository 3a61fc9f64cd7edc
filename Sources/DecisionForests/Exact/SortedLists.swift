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
        goesLeft = problem.scratch.allocate(UInt8.self, rowCount)
        try orders.filter(source, rowCount, problem, into: entries)
    }

    subscript(feature: Int) -> UnsafeMutablePointer<ListEntry> { entries + feature * rowCount }

    /// Whether all rows of a node have the same value.
    func isConstant(_ feature: Int, _ range: Range<Int>) -> Bool {
        let list = self[feature]
        return list[range.lowerBound].value == list[range.upperBound - 1].value
    }

    /// Whether two rows of a node have the same value, or values that count as equal. Which of the former comes first is for
    /// scikit-learn's sort to say, as it depends on their order before.
    func ties(_ feature: Int, _ range: Range<Int>) -> (equal: Bool, near: Bool) {
        let ties = UInt32(coppice_ties(self[feature] + range.lowerBound, range.count))
        return (ties & UInt32(coppice_has_equal) != 0, ties & UInt32(coppice_has_near) != 0)
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

    /// Marks the rows that go left: the first ones of a feature's list.
    func mark(_ feature: Int, _ range: Range<Int>, leftCount: Int) {
        let list = self[feature] + range.lowerBound
        for index in 0..<leftCount { goesLeft[Int(list[index].row)] = 1 }
        for index in leftCount..<range.count { goesLeft[Int(list[index].row)] = 0 }
    }

    /// Marks the rows that go left: those before `leftEnd`, and no others of the range.
    func mark(_ rows: UnsafePointer<Int32>, _ range: Range<Int>, leftEnd: Int) {
        for index in range.lowerBound..<leftEnd { goesLeft[Int(rows[index])] = 1 }
        for index in leftEnd..<range.upperBound { goesLeft[Int(rows[index])] = 0 }
    }

    /// Whether a row was marked.
    @inline(__always)
    func goesLeft(_ row: Int32) -> Bool { goesLeft[Int(row)] != 0 }

    /// Divides the lists of some features, after `mark`.
    ///
    /// - Parameter keeps: Which children will be split in turn; the lists of the others are not needed any more.
    func divide(
        _ features: some Sequence<Int32>,
        _ range: Range<Int>,
        at position: Int,
        keeps: (left: Bool, right: Bool)
    ) {
        if !keeps.left && !keeps.right { return }
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
