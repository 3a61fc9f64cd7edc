internal import CForestKernels

/// The innermost loops of dividing lists, without branches: whether a row goes left is a coin toss to the processor.
enum ListKernels {
    /// Moves the rows that go left to the front and the others behind them, both in their order.
    static func divide(
        _ list: ListSlice,
        _ goesLeft: UnsafePointer<UInt8>,
        _ spare: UnsafeMutablePointer<ListEntry>
    ) {
        let entries = list.entries
        var left = 0
        var right = 0
        for index in 0..<list.count {
            let entry = entries[index]
            let goes = Int(goesLeft[Int(entry.row)])
            entries[left] = entry
            spare[right] = entry
            left &+= goes
            right &+= 1 &- goes
        }
        (entries + left).update(from: spare, count: right)
    }

    /// Moves the rows that go left to the front, in their order; what stands behind them is of no use any more.
    static func keepLeft(_ list: ListSlice, _ goesLeft: UnsafePointer<UInt8>) {
        let entries = list.entries
        var left = 0
        for index in 0..<list.count {
            let entry = entries[index]
            entries[left] = entry
            left &+= Int(goesLeft[Int(entry.row)])
        }
    }

    /// Moves the rows that go right to the end, in their order; what stands before them is of no use any more.
    static func keepRight(_ list: ListSlice, _ goesLeft: UnsafePointer<UInt8>) {
        let entries = list.entries
        var right = list.count - 1
        var index = list.count - 1
        while index >= 0 {
            let entry = entries[index]
            entries[right] = entry
            right &-= 1 &- Int(goesLeft[Int(entry.row)])
            if right < 0 { return }
            index &-= 1
        }
    }
}
