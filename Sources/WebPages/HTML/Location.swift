/// An address on this server: a path whose parts are encoded, and a query.
///
/// It begins with a `/` and a name of ours always, so that no text from a user makes a link lead elsewhere or run a
/// script.
struct Location: Sendable, Equatable, CustomStringConvertible {
    private var path: String
    private var query: [(name: String, value: String)]

    /// - Parameter parts: The parts of the path; a `/` within one is encoded.
    init(_ parts: String..., query: KeyValuePairs<String, String?> = [:]) {
        path = "/" + parts.map { Self.encode($0, "-._~") }.joined(separator: "/")
        self.query = query.compactMap { name, value in value.map { (name, $0) } }
    }

    /// The same place with a parameter set, or removed.
    func setting(_ name: String, _ value: String?) -> Location {
        var copy = self
        copy.query.removeAll { $0.name == name }
        if let value { copy.query.append((name, value)) }
        return copy
    }

    /// The same place with one more value of a parameter.
    func adding(_ name: String, _ value: String) -> Location {
        var copy = self
        copy.query.append((name, value))
        return copy
    }

    var description: String {
        guard !query.isEmpty else { return path }
        let pairs = query.map { "\(Self.encode($0.name, "-._~"))=\(Self.encode($0.value, "-._~/:@,"))" }
        return path + "?" + pairs.joined(separator: "&")
    }

    static func == (left: Location, right: Location) -> Bool { left.description == right.description }

    private static let digits = Array("0123456789ABCDEF".utf8)

    private static func encode(_ text: String, _ others: StaticString) -> String {
        // A part that is only dots would climb, whatever its encoding.
        if !text.isEmpty, text.utf8.allSatisfy({ $0 == UInt8(ascii: ".") }) { return "-" }
        let allowed = Array("\(others)".utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"):
                bytes.append(byte)
            case _ where allowed.contains(byte): bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
