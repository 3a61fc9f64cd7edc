/// What a client asks for, as far as that matters here.
enum RequestHead: Equatable {
    /// More is to come.
    case incomplete
    /// The path is without its query.
    case request(method: String, path: String)
    /// Not HTTP, or too much of it.
    case refused(status: Int)

    /// A scraper sends a few hundred bytes.
    static let limit = 8192

    /// Reads what has come so far. Bytes behind the head are ignored: there is no body to be expected.
    init(_ bytes: [UInt8]) {
        guard let end = Self.end(of: bytes) else {
            self = bytes.count > Self.limit ? .refused(status: 431) : .incomplete
            return
        }
        guard end <= Self.limit else {
            self = .refused(status: 431)
            return
        }
        let line = bytes[..<end].prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
        let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 3, parts[2].starts(with: "HTTP/1.".utf8), parts[2].count == 8,
            !parts[0].isEmpty, parts[0].allSatisfy({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }),
            parts[1].first == UInt8(ascii: "/"), parts[1].allSatisfy({ (0x21...0x7e).contains($0) })
        else {
            self = .refused(status: 400)
            return
        }
        self = .request(
            method: String(decoding: parts[0], as: UTF8.self),
            path: String(decoding: parts[1].prefix { $0 != UInt8(ascii: "?") }, as: UTF8.self)
        )
    }

    /// Where the empty line ends that ends a head.
    private static func end(of bytes: [UInt8]) -> Int? {
        var lineLength = 0
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "\n"):
                if lineLength == 0 { return index + 1 }
                lineLength = 0
            case UInt8(ascii: "\r"): break
            default: lineLength += 1
            }
        }
        return nil
    }
}
