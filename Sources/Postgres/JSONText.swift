#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// JSON in its text form; binds as `jsonb`, and is read from `json` and `jsonb`.
public struct JSONText: Sendable, Hashable {
    public let text: String

    /// Text that is JSON already; the server checks it.
    public init(_ text: String) { self.text = text }

    /// Encodes `value`, keys in order, so that equal values give equal text. Dates become ISO 8601.
    ///
    /// Throws `EncodingError`, for instance for NaN, which JSON does not have.
    public init(encoding value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        text = String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// Decodes what `init(encoding:)` encoded. Throws `DecodingError`.
    public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try decoder.decode(type, from: Data(text.utf8))
    }
}

extension JSONText: SQLBindable {
    public var sqlValue: SQLValue {
        // The binary form of jsonb is a version number and the text.
        SQLValue(type: .jsonb, content: .bytes([1] + Array(text.utf8)))
    }
    public static var sqlType: SQLTypeReference { SQLTypeReference(type: .jsonb) }
}

extension JSONText: CustomStringConvertible {
    public var description: String { text }
}
