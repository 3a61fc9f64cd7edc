/// A value on its way to the server: its type and its bytes.
///
/// Made by `SQLBindable`; opaque outside this module.
public struct SQLValue: Sendable, Hashable {
    enum Content: Hashable, Sendable {
        case null
        /// Sent as text; the server parses it.
        case text(String)
        /// The low `size` bytes, sent in network order.
        case word(UInt64, size: Int)
        case bytes([UInt8])
    }

    let type: SQLType
    let content: Content

    static func null(_ type: SQLType) -> SQLValue { SQLValue(type: type, content: .null) }

    static func word(_ bits: some FixedWidthInteger & UnsignedInteger, _ type: SQLType) -> SQLValue {
        SQLValue(type: type, content: .word(UInt64(bits), size: bits.bitWidth / 8))
    }

    /// Appends the bytes of the binary form, as it stands in an array or in `COPY`.
    func appendBinary(to buffer: inout [UInt8]) {
        switch content {
        case .null: break
        case .text(let text): buffer.append(contentsOf: text.utf8)
        case .word(let bits, let size): buffer.appendBigEndian(bits, size: size)
        case .bytes(let bytes): buffer.append(contentsOf: bytes)
        }
    }
}

extension [UInt8] {
    /// Appends the low `size` bytes of `bits`, most significant first.
    mutating func appendBigEndian(_ bits: UInt64, size: Int) {
        for shift in stride(from: (size - 1) * 8, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
        }
    }

    mutating func appendBigEndian(_ value: Int32) {
        appendBigEndian(UInt64(UInt32(bitPattern: value)), size: 4)
    }

    /// Overwrites the four bytes from `offset`.
    mutating func setBigEndian(_ value: Int32, at offset: Int) {
        for byte in 0..<4 {
            self[offset + byte] = UInt8(truncatingIfNeeded: value >> Int32(24 - 8 * byte))
        }
    }
}
