/// What a `Range` header asks for. Several ranges at once are answered with the whole.
enum ByteRange: Equatable {
    case whole
    case part(Range<Int64>)
    case unsatisfiable

    init(_ header: String?, size: Int64) {
        guard let header, header.hasPrefix("bytes="), !header.contains(",") else {
            self = .whole
            return
        }
        let parts = header.dropFirst("bytes=".count).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else {
            self = .whole
            return
        }
        let (first, last) = (Int64(parts[0]), Int64(parts[1]))
        switch (first, last) {
        case (let first?, nil) where parts[1].isEmpty: self = Self.within(first, size, size)
        case (let first?, let last?) where first <= last:
            self = Self.within(first, last == .max ? size : min(last + 1, size), size)
        case (nil, let count?) where parts[0].isEmpty: self = Self.within(max(0, size - count), size, size)
        default: self = .whole
        }
    }

    private static func within(_ start: Int64, _ end: Int64, _ size: Int64) -> ByteRange {
        start < end ? .part(start..<end) : .unsatisfiable
    }
}
