/// The innermost loops over rows of bins.
enum HistogramKernels {
    /// Counts each row in its bin of every feature.
    static func count(
        _ rows: UnsafePointer<UInt32>,
        _ count: Int,
        _ codes: RowCodes,
        _ starts: UnsafePointer<Int32>,
        in counts: UnsafeMutablePointer<UInt32>
    ) {
        for index in 0..<count {
            let code = codes.row(Int(rows[index]))
            for feature in 0..<codes.featureCount {
                counts[Int(starts[feature]) &+ Int(code[feature])] &+= 1
            }
        }
    }

    /// Counts each row in its bin of one feature.
    static func count(
        _ rows: UnsafePointer<UInt32>,
        _ count: Int,
        _ codes: CodeColumn,
        in counts: UnsafeMutablePointer<UInt32>
    ) {
        for index in 0..<count { counts[codes[rows[index]]] &+= 1 }
    }

    /// Moves the rows up to a bin to the front and the others behind them, both in their order.
    ///
    /// - Returns: How many rows are in front.
    static func divide(
        _ rows: UnsafeMutablePointer<UInt32>,
        _ count: Int,
        _ codes: CodeColumn,
        upTo bin: Int,
        _ spare: UnsafeMutablePointer<UInt32>
    ) -> Int {
        divide(rows, count, spare) { codes[$0] <= bin }
    }

    /// Moves the rows that go left to the front and the others behind them, both in their order.
    ///
    /// - Returns: How many rows are in front.
    @inline(__always)
    static func divide(
        _ rows: UnsafeMutablePointer<UInt32>,
        _ count: Int,
        _ spare: UnsafeMutablePointer<UInt32>,
        goesLeft: (UInt32) -> Bool
    ) -> Int {
        var left = 0
        var right = 0
        for index in 0..<count {
            let row = rows[index]
            let goes = goesLeft(row) ? 1 : 0
            rows[left] = row
            spare[right] = row
            left &+= goes
            right &+= 1 &- goes
        }
        (rows + left).update(from: spare, count: right)
        return left
    }
}
