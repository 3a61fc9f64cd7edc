internal import NIOCore

/// Writes JSON into a buffer, in protobuf's form: what is nil is left out, NaN and infinities are strings.
struct JSONWriter {
    /// Not a `ByteBuffer`, to which a byte costs several times as much.
    private var bytes: [UInt8] = []
    private var needsComma = false

    init(capacity: Int = 512) {
        bytes.reserveCapacity(capacity)
    }

    /// What was written.
    var buffer: ByteBuffer { ByteBuffer(bytes: bytes) }

    /// What `write` writes.
    static func buffer(_ write: (inout JSONWriter) throws -> Void) rethrows -> ByteBuffer {
        var writer = JSONWriter()
        try write(&writer)
        return writer.buffer
    }

    static func text(_ write: (inout JSONWriter) -> Void) -> String {
        String(buffer: buffer(write))
    }

    /// An object, as a value of its own or an element of an array.
    mutating func object(_ members: (inout JSONWriter) throws -> Void) rethrows {
        separate()
        bytes.append(UInt8(ascii: "{"))
        needsComma = false
        try members(&self)
        bytes.append(UInt8(ascii: "}"))
        needsComma = true
    }

    mutating func object(_ name: String, _ members: (inout JSONWriter) throws -> Void) rethrows {
        key(name)
        try object(members)
    }

    /// An array; an empty one is left out, as protobuf does.
    mutating func array<Element>(
        _ name: String,
        _ elements: some Collection<Element>,
        _ write: (inout JSONWriter, Element) throws -> Void
    ) rethrows {
        guard !elements.isEmpty else { return }
        try list(name, elements, write)
    }

    /// An array that is written also if it is empty.
    mutating func list<Element>(
        _ name: String,
        _ elements: some Collection<Element>,
        _ write: (inout JSONWriter, Element) throws -> Void
    ) rethrows {
        key(name)
        bytes.append(UInt8(ascii: "["))
        needsComma = false
        for element in elements { try write(&self, element) }
        bytes.append(UInt8(ascii: "]"))
        needsComma = true
    }

    /// Pairs as a list of objects with `key` and `value`, by key.
    mutating func pairs(_ name: String, _ pairs: [String: String]) {
        array(name, pairs.sorted { $0.key < $1.key }) { writer, pair in
            writer.object { pairWriter in
                pairWriter.member("key", pair.key)
                pairWriter.member("value", pair.value)
            }
        }
    }

    mutating func member(_ name: String, _ value: String?) {
        guard let value else { return }
        key(name)
        quote(value)
        needsComma = true
    }

    mutating func member(_ name: String, _ value: (some BinaryInteger)?) {
        guard let value else { return }
        key(name)
        bytes.append(contentsOf: String(value).utf8)
        needsComma = true
    }

    mutating func member(_ name: String, _ value: Bool?) {
        guard let value else { return }
        key(name)
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
        needsComma = true
    }

    mutating func member(_ name: String, _ value: Double?) {
        guard let value else { return }
        key(name)
        switch value {
        case _ where value.isNaN: bytes.append(contentsOf: "\"NaN\"".utf8)
        case .infinity: bytes.append(contentsOf: "\"Infinity\"".utf8)
        case -.infinity: bytes.append(contentsOf: "\"-Infinity\"".utf8)
        default: bytes.append(contentsOf: "\(value)".utf8)
        }
        needsComma = true
    }

    /// A string as a value of its own.
    mutating func write(_ value: String) {
        separate()
        quote(value)
        needsComma = true
    }

    private mutating func key(_ name: String) {
        separate()
        quote(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = false
    }

    private mutating func quote(_ value: String) {
        bytes.append(UInt8(ascii: "\""))
        var value = value
        value.withUTF8 { text in
            if text.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) {
                for byte in text { escape(byte) }
            } else {
                bytes.append(contentsOf: text)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): bytes.append(contentsOf: "\\\"".utf8)
        case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
        case 0x0A: bytes.append(contentsOf: "\\n".utf8)
        case 0x0D: bytes.append(contentsOf: "\\r".utf8)
        case 0x09: bytes.append(contentsOf: "\\t".utf8)
        case ..<0x20:
            let digits = String(byte, radix: 16)
            bytes.append(contentsOf: ("\\u00" + (digits.utf8.count == 1 ? "0" : "") + digits).utf8)
        default: bytes.append(byte)
        }
    }
}
