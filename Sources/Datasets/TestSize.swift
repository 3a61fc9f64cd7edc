/// How much of the data is kept for testing: a fraction of the rows, or a number of rows.
public enum TestSize: Sendable, Hashable, Codable, CustomStringConvertible {
    /// Between 0 and 1, both excluded; the number of rows is rounded up, as scikit-learn does.
    case fraction(Double)
    /// At least 1.
    case count(Int)

    /// scikit-learn's default.
    public static let standard = TestSize.fraction(0.25)

    /// Reads `0.25` as a fraction and `100` as a count, as Python reads them.
    ///
    /// - Throws: `DataError` with code `badTestSize`.
    public init(_ text: String) throws(DataError) {
        if let count = Int(text) {
            self = .count(count)
        } else if let fraction = Double(text) {
            self = .fraction(fraction)
        } else {
            throw Self.refusal(of: quoted(text))
        }
        try validate()
    }

    public var description: String {
        switch self {
        case .fraction(let fraction): "\(fraction)"
        case .count(let count): "\(count)"
        }
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        // A fraction has a fractional part, or it would not be below 1: the order decides nothing else.
        if let count = try? container.decode(Int.self) {
            self = .count(count)
        } else {
            self = .fraction(try container.decode(Double.self))
        }
        try validate()
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .fraction(let fraction): try container.encode(fraction)
        case .count(let count): try container.encode(count)
        }
    }

    /// - Throws: `DataError` with code `badTestSize` for a fraction outside 0 to 1 or a count below 1.
    public func validate() throws(DataError) {
        switch self {
        case .fraction(let fraction): guard fraction > 0, fraction < 1 else { throw Self.refusal(of: "\(fraction)") }
        case .count(let count): guard count >= 1 else { throw Self.refusal(of: "\(count)") }
        }
    }

    private static func refusal(of value: String) -> DataError {
        DataError(
            .badTestSize,
            "\(value) is not a test size: it is a fraction between 0 and 1, such as 0.25, or a number of rows"
        )
    }
}
