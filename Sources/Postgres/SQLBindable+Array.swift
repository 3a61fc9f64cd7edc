#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A value that can stand in an array, for `any(…)` and `unnest(…)`.
public protocol SQLArrayElement: SQLBindable {
    /// The type of an element and of an array of them.
    static var sqlArrayType: SQLArrayTypeReference { get }
    /// The value as an element: with a type, unlike a lone `Int` or `String`.
    var sqlElement: SQLValue { get }
}

/// Names an array type of the server's without exposing its number.
public struct SQLArrayTypeReference: Sendable {
    let element: SQLType
    let array: SQLType
}

extension SQLArrayElement {
    public var sqlElement: SQLValue { sqlValue }
}

extension String: SQLArrayElement {
    public static var sqlArrayType: SQLArrayTypeReference { .init(element: .text, array: .textArray) }
}
extension Int: SQLArrayElement {
    public static var sqlArrayType: SQLArrayTypeReference { .init(element: .int8, array: .int8Array) }
    public var sqlElement: SQLValue { Int64(self).sqlValue }
}
extension Int64: SQLArrayElement {
    public static var sqlArrayType: SQLArrayTypeReference { .init(element: .int8, array: .int8Array) }
}
extension Int32: SQLArrayElement {
    public static var sqlArrayType: SQLArrayTypeReference { .init(element: .int4, array: .int4Array) }
}
extension Int16: SQLArrayElement {
    public static var sqlArrayType: SQLArrayTypeReference { .init(element: .int2, array: .int2Array) }
}
extension Double: SQLArrayElement {
    public static var sqlArrayType: SQLArrayTypeReference { .init(element: .float8, array: .float8Array) }
}
extension Bool: SQLArrayElement {
    public static var sqlArrayType: SQLArrayTypeReference { .init(element: .bool, array: .boolArray) }
}
extension Date: SQLArrayElement {
    public static var sqlArrayType: SQLArrayTypeReference { .init(element: .timestamptz, array: .timestamptzArray) }
}
extension UUID: SQLArrayElement {
    public static var sqlArrayType: SQLArrayTypeReference { .init(element: .uuid, array: .uuidArray) }
}
extension Data: SQLArrayElement {
    public static var sqlArrayType: SQLArrayTypeReference { .init(element: .bytea, array: .byteaArray) }
}
extension Duration: SQLArrayElement {
    public static var sqlArrayType: SQLArrayTypeReference { .init(element: .interval, array: .intervalArray) }
}
extension JSONText: SQLArrayElement {
    public static var sqlArrayType: SQLArrayTypeReference { .init(element: .jsonb, array: .jsonbArray) }
}

/// `nil` becomes a `NULL` element.
extension Optional: SQLBindable where Wrapped: SQLBindable {
    public var sqlValue: SQLValue { self?.sqlValue ?? .null(Wrapped.sqlType) }
    public static var sqlType: SQLTypeReference { Wrapped.sqlType }
}
extension Optional: SQLArrayElement where Wrapped: SQLArrayElement {
    public static var sqlArrayType: SQLArrayTypeReference { Wrapped.sqlArrayType }
    public var sqlElement: SQLValue { self?.sqlElement ?? .null(Wrapped.sqlArrayType.element) }
}

/// `[UInt8]` binds as `bytea`; arrays of other elements as the array type of the element.
extension UInt8: SQLArrayElement {
    // A byte is never bound alone; this conformance exists so that `[UInt8]` is an array of bindable elements.
    public var sqlValue: SQLValue { Int16(self).sqlValue }
    public static var sqlType: SQLTypeReference { Int16.sqlType }
    public static var sqlArrayType: SQLArrayTypeReference { .init(element: .bytea, array: .bytea) }
}

extension Array: SQLBindable where Element: SQLArrayElement {
    public static var sqlType: SQLTypeReference { SQLTypeReference(type: Element.sqlArrayType.array) }

    public var sqlValue: SQLValue {
        // By the type, since any empty array could be cast.
        if Element.self == UInt8.self, let bytes = self as? [UInt8] {
            return SQLValue(type: .bytea, content: .bytes(bytes))
        }
        let types = Element.sqlArrayType
        // Header: dimensions, "has nulls", element type; then length and lower bound of the one dimension.
        var buffer: [UInt8] = []
        buffer.reserveCapacity(20 + count * 12)
        buffer.appendBigEndian(isEmpty ? 0 : 1 as Int32)
        let nullFlag = buffer.count
        buffer.appendBigEndian(0 as Int32)
        buffer.appendBigEndian(UInt64(types.element.rawValue), size: 4)
        guard !isEmpty else { return SQLValue(type: types.array, content: .bytes(buffer)) }
        buffer.appendBigEndian(Int32(count))
        buffer.appendBigEndian(1 as Int32)
        for element in self {
            let value = element.sqlElement
            if value.content == .null { buffer[nullFlag + 3] = 1 }
            BinaryCopy.append(value, to: &buffer)
        }
        return SQLValue(type: types.array, content: .bytes(buffer))
    }
}
