#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Where the next page starts: after the row with these sort keys.
///
/// It names a place in the order and not a count of rows, so pages neither repeat nor skip a row when others come or
/// go in between. On the wire it is text without meaning.
public struct PageToken: Sendable, Hashable {
    /// A sort key of the last row of a page.
    public enum Key: Sendable, Hashable {
        /// The row has none.
        case nothing
        case number(Double)
        case integer(Int64)
        case text(String)
    }

    public let keys: [Key]

    public init(_ keys: [Key]) {
        self.keys = keys
    }

    /// Reads what `description` wrote.
    public init(_ text: String) throws(SearchError) {
        guard let data = Data(base64Encoded: text), let wire = try? JSONDecoder().decode(Wire.self, from: data) else {
            throw SearchError("the page token '\(text.shortened)' was not made by a search: begin without one")
        }
        keys = wire.after
    }

    /// Reads what `description` wrote; nil for nil and for nothing, which mean the first page.
    public init?(ifAny text: String?) throws(SearchError) {
        guard let text, !text.isEmpty else { return nil }
        try self.init(text)
    }

    /// The keys, which must be as many as the order has and of its types.
    public func keys(_ count: Int) throws(SearchError) -> [Key] {
        guard keys.count == count else { throw Self.foreign }
        return keys
    }

    /// The token belongs to a search with another order.
    public static var foreign: SearchError {
        SearchError("the page token was made by a search with another order: repeat that search, or begin without one")
    }

    private struct Wire: Codable {
        var after: [Key]
    }
}

extension PageToken: CustomStringConvertible {
    public var description: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        // Keys are strings and numbers, which encode always.
        return (try? encoder.encode(Wire(after: keys)))?.base64EncodedString() ?? ""
    }
}

extension PageToken.Key: Codable {
    private enum CodingKeys: String, CodingKey { case bits = "d", integer = "i", text = "t" }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let bits = try container.decodeIfPresent(UInt64.self, forKey: .bits) {
            self = .number(Double(bitPattern: bits))
        } else if let integer = try container.decodeIfPresent(Int64.self, forKey: .integer) {
            self = .integer(integer)
        } else if let text = try container.decodeIfPresent(String.self, forKey: .text) {
            guard !text.utf8.contains(0) else {
                throw DecodingError.dataCorruptedError(forKey: .text, in: container, debugDescription: "a NUL")
            }
            self = .text(text)
        } else {
            self = .nothing
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .nothing: break
        // Bit for bit: JSON has no infinities, and a page must start at exactly this number.
        case .number(let number): try container.encode(number.bitPattern, forKey: .bits)
        case .integer(let integer): try container.encode(integer, forKey: .integer)
        case .text(let text): try container.encode(text, forKey: .text)
        }
    }
}
