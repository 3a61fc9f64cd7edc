#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A value that can be read from a cell of a result.
public protocol SQLDecodable {
    /// `nil` if the cell is `NULL` or holds another type.
    init?(_ cell: Cell)
    /// What it is, for an error message.
    static var label: String { get }
}

extension SQLDecodable {
    public static var label: String { "\(Self.self)" }
}

extension Int64: SQLDecodable {
    public init?(_ cell: Cell) {
        switch cell.type {
        case .int8: self.init(cell, Int64.self)
        case .int4: self.init(cell, Int32.self)
        case .int2: self.init(cell, Int16.self)
        case .oid: self.init(cell, UInt32.self)
        case .numeric:
            guard let text = NumericText(cell)?.text, let value = Int64(text) else { return nil }
            self = value
        default: return nil
        }
    }

    private init?<Stored: FixedWidthInteger>(_ cell: Cell, _ type: Stored.Type) {
        guard let value: Stored = cell.integer() else { return nil }
        self.init(value)
    }
}

extension Int: SQLDecodable {
    public init?(_ cell: Cell) {
        guard let value = Int64(cell) else { return nil }
        self.init(value)
    }
}

extension Int32: SQLDecodable {
    public init?(_ cell: Cell) {
        guard let value = Int64(cell) else { return nil }
        self.init(exactly: value)
    }
}

extension Int16: SQLDecodable {
    public init?(_ cell: Cell) {
        guard let value = Int64(cell) else { return nil }
        self.init(exactly: value)
    }
}

extension Double: SQLDecodable {
    public init?(_ cell: Cell) {
        switch cell.type {
        case .float8:
            guard let bits: UInt64 = cell.integer() else { return nil }
            self.init(bitPattern: bits)
        case .float4:
            guard let bits: UInt32 = cell.integer() else { return nil }
            self.init(Float(bitPattern: bits))
        case .numeric:
            guard let text = NumericText(cell)?.text else { return nil }
            self.init(text)
        default:
            guard let value = Int64(cell) else { return nil }
            self.init(value)
        }
    }
}

extension Bool: SQLDecodable {
    public init?(_ cell: Cell) {
        guard cell.type == .bool, let byte: UInt8 = cell.integer() else { return nil }
        self = byte != 0
    }
}

/// Reads text and enums as they are, and numbers, booleans, UUIDs and JSON in PostgreSQL's spelling.
extension String: SQLDecodable {
    public init?(_ cell: Cell) {
        guard let bytes = cell.bytes else { return nil }
        switch cell.type {
        case .void: self = ""
        case .jsonb:
            guard bytes.first == 1 else { return nil }
            self.init(decoding: bytes.dropFirst(), as: UTF8.self)
        case .int2, .int4, .int8, .oid:
            guard let value = Int64(cell) else { return nil }
            self.init(value)
        case .numeric:
            guard let text = NumericText(cell)?.text else { return nil }
            self = text
        case .bool:
            guard let value = Bool(cell) else { return nil }
            self = value ? "true" : "false"
        case .uuid:
            guard let value = UUID(cell) else { return nil }
            self = value.uuidString.lowercased()
        case let type where type.isText:
            // The connection's encoding is UTF-8 and the server checks it; NUL means that it was not text at all.
            guard !bytes.contains(0) else { return nil }
            self.init(decoding: bytes, as: UTF8.self)
        default: return nil
        }
    }
}

extension JSONText: SQLDecodable {
    public init?(_ cell: Cell) {
        guard cell.type == .json || cell.type == .jsonb, let text = String(cell) else { return nil }
        self.init(text)
    }

    public static var label: String { "JSON" }
}

/// Reads `timestamptz`, and `timestamp` and `date` as UTC. Infinity is not a date.
extension Date: SQLDecodable {
    public init?(_ cell: Cell) {
        switch cell.type {
        case .timestamptz, .timestamp:
            guard let value: Int64 = cell.integer(), value != .max, value != .min else { return nil }
            self.init(postgresMicroseconds: value)
        case .date:
            guard let days: Int32 = cell.integer(), days != .max, days != .min else { return nil }
            self.init(postgresMicroseconds: Int64(days) * 86_400_000_000)
        default: return nil
        }
    }
}

/// Reads `interval`. A day is 24 hours; months have no fixed length, so that an interval with months is refused.
extension Duration: SQLDecodable {
    public init?(_ cell: Cell) {
        guard cell.type == .interval, let microseconds: Int64 = cell.integer(),
            let days: Int32 = cell.integer(at: 8), let months: Int32 = cell.integer(at: 12), months == 0
        else { return nil }
        self = .microseconds(microseconds) + .seconds(Int64(days) * 86_400)
    }
}

extension UUID: SQLDecodable {
    public init?(_ cell: Cell) {
        guard cell.type == .uuid, let bytes = cell.bytes, bytes.count == 16 else { return nil }
        self.init(uuid: bytes.loadUnaligned(as: uuid_t.self))
    }
}

extension Data: SQLDecodable {
    public init?(_ cell: Cell) {
        guard cell.type == .bytea, let bytes = cell.bytes else { return nil }
        self.init(bytes)
    }
}

extension Optional: SQLDecodable where Wrapped: SQLDecodable {
    public init?(_ cell: Cell) {
        guard cell.bytes != nil else {
            self = .none
            return
        }
        guard let value = Wrapped(cell) else { return nil }
        self = .some(value)
    }

    public static var label: String { Wrapped.label }
}
