/// Rows `A..<B` of a table, counted from 0, as `submit predict --rows` takes them.
public struct RowRange: Sendable, Equatable, Codable, CustomStringConvertible {
    public let lower: Int
    /// One past the last row; nil: to the end.
    public let upper: Int?

    public init(_ range: Range<Int>) {
        lower = range.lowerBound
        upper = range.upperBound
    }

    /// Reads `A..<B`, `A...B`, `..<B`, `A...` or a single row `A`.
    ///
    /// - Throws: `DataError` with code `badRowRange`.
    public init(_ text: String) throws(DataError) {
        func refuse(_ why: String) -> DataError {
            DataError(.badRowRange, "\(quoted(text)) is not a range of rows: \(why); write A..<B, for example 0..<5")
        }
        func number(_ digits: some StringProtocol) throws(DataError) -> Int {
            guard let value = Int(digits), value >= 0 else { throw refuse("\(quoted(digits)) is not a row number") }
            return value
        }
        let separators = ["..<", "..."].compactMap { text.firstRange(of: $0) }
        guard let separator = separators.first else {
            lower = try number(text)
            upper = lower + 1
            return
        }
        let (head, tail) = (text[..<separator.lowerBound], text[separator.upperBound...])
        lower = head.isEmpty ? 0 : try number(head)
        let closed = text[separator] == "..."
        if tail.isEmpty {
            guard closed else { throw refuse("it has no end") }
            upper = nil
        } else {
            let end = try number(tail)
            let (next, overflow) = end.addingReportingOverflow(1)
            guard !closed || !overflow else { throw refuse("\(end) is not a row number") }
            upper = closed ? next : end
        }
        if let upper, upper <= lower { throw refuse("it holds no row") }
    }

    public var description: String { upper.map { "\(lower)..<\($0)" } ?? "\(lower)..." }

    public init(from decoder: any Decoder) throws {
        try self.init(try decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    /// The row numbers in a table of `rowCount` rows.
    ///
    /// - Throws: `DataError` with code `badRowRange` if the range reaches beyond the last row.
    public func bounds(in rowCount: Int) throws(DataError) -> Range<Int> {
        guard lower < rowCount, (upper ?? rowCount) <= rowCount else {
            throw DataError(
                .badRowRange,
                "rows \(self) are not all there: the data has \(rowCount) rows, 0..<\(rowCount)"
            )
        }
        return lower..<(upper ?? rowCount)
    }
}
