#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A value that a statement can bind.
///
/// Conform a type of your own through the raw value it is stored as; `RawRepresentable` types need no conformance.
public protocol SQLBindable: Sendable {
    var sqlValue: SQLValue { get }
    /// The type of `nil`.
    static var sqlType: SQLTypeReference { get }
}

/// Names a type of the server's without exposing its number.
public struct SQLTypeReference: Sendable {
    let type: SQLType
}

extension SQLValue {
    static func null(_ reference: SQLTypeReference) -> SQLValue { .null(reference.type) }
}

/// Left to the server to type, as a quoted literal is: it fits `text`, an enum, or an `interval`.
extension String: SQLBindable {
    public var sqlValue: SQLValue { SQLValue(type: .unspecified, content: .text(self)) }
    public static var sqlType: SQLTypeReference { SQLTypeReference(type: .unspecified) }
}

extension Substring: SQLBindable {
    public var sqlValue: SQLValue { String(self).sqlValue }
    public static var sqlType: SQLTypeReference { String.sqlType }
}

/// Left to the server to type, as a quoted literal is: it fits every numeric type and function argument.
extension Int: SQLBindable {
    public var sqlValue: SQLValue { SQLValue(type: .unspecified, content: .text(String(self))) }
    public static var sqlType: SQLTypeReference { SQLTypeReference(type: .unspecified) }
}

/// Bound as `bigint`.
extension Int64: SQLBindable {
    public var sqlValue: SQLValue { .word(UInt64(bitPattern: self), .int8) }
    public static var sqlType: SQLTypeReference { SQLTypeReference(type: .int8) }
}

/// Bound as `integer`.
extension Int32: SQLBindable {
    public var sqlValue: SQLValue { .word(UInt32(bitPattern: self), .int4) }
    public static var sqlType: SQLTypeReference { SQLTypeReference(type: .int4) }
}

/// Bound as `smallint`.
extension Int16: SQLBindable {
    public var sqlValue: SQLValue { .word(UInt16(bitPattern: self), .int2) }
    public static var sqlType: SQLTypeReference { SQLTypeReference(type: .int2) }
}

/// Bound as `double precision`, bit for bit: NaN and ±Infinity are kept.
extension Double: SQLBindable {
    public var sqlValue: SQLValue { .word(bitPattern, .float8) }
    public static var sqlType: SQLTypeReference { SQLTypeReference(type: .float8) }
}

extension Bool: SQLBindable {
    public var sqlValue: SQLValue { .word(UInt8(self ? 1 : 0), .bool) }
    public static var sqlType: SQLTypeReference { SQLTypeReference(type: .bool) }
}

/// Bound as `timestamptz`, rounded to the microsecond.
extension Date: SQLBindable {
    public var sqlValue: SQLValue { .word(UInt64(bitPattern: postgresMicroseconds), .timestamptz) }
    public static var sqlType: SQLTypeReference { SQLTypeReference(type: .timestamptz) }
}

extension UUID: SQLBindable {
    public var sqlValue: SQLValue {
        SQLValue(type: .uuid, content: .bytes(withUnsafeBytes(of: uuid) { Array($0) }))
    }
    public static var sqlType: SQLTypeReference { SQLTypeReference(type: .uuid) }
}

/// Bound as `bytea`.
extension Data: SQLBindable {
    public var sqlValue: SQLValue { SQLValue(type: .bytea, content: .bytes(Array(self))) }
    public static var sqlType: SQLTypeReference { SQLTypeReference(type: .bytea) }
}

/// Bound as `interval`: days and months are not used, so that the length is exact. Rounded to the microsecond.
extension Duration: SQLBindable {
    public var sqlValue: SQLValue {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16)
        bytes.appendBigEndian(UInt64(bitPattern: microseconds), size: 8)
        bytes.appendBigEndian(0, size: 8)
        return SQLValue(type: .interval, content: .bytes(bytes))
    }
    public static var sqlType: SQLTypeReference { SQLTypeReference(type: .interval) }

    /// Rounded to nearest, saturated at ±292,000 years.
    private var microseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let fraction = (attoseconds + (attoseconds < 0 ? -500_000_000_000 : 500_000_000_000)) / 1_000_000_000_000
        let (sum, sumOverflow) = whole.addingReportingOverflow(fraction)
        guard !overflow, !sumOverflow else { return seconds < 0 ? .min + 1 : .max }
        return sum
    }
}
