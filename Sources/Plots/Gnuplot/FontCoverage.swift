internal import Foundation

/// Which characters the fonts of this machine have.
///
/// Where no font has one, Pango, which draws the text in gnuplot's PNGs, puts a box with its number; at the scale that
/// gnuplot draws in, the box covers the figure.
struct FontCoverage: Sendable {
    /// What fontconfig knows. Asked for once, which takes 30 ms and blocks.
    static let installed = FontCoverage(listing: charsets())

    /// In order; none touches the next.
    private let ranges: [ClosedRange<UInt32>]

    /// - Parameter listing: as `fc-list` prints charsets: for each font a line of numbers and ranges, in hexadecimal.
    init(listing: String) {
        let all = listing.split(whereSeparator: \.isWhitespace).compactMap { word -> ClosedRange<UInt32>? in
            let ends = word.split(separator: "-").compactMap { UInt32($0, radix: 16) }
            guard let first = ends.first, let last = ends.last, first <= last else { return nil }
            return first...last
        }
        var merged: [ClosedRange<UInt32>] = []
        for range in all.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound &+ 1 {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        ranges = merged
    }

    /// The text with U+FFFD for what no font has.
    func shown(_ text: String) -> String {
        // Most text has nothing that need be looked for, and of the rest most is there: only what is not is written anew.
        guard text.utf8.contains(where: { $0 >= Self.firstByte }), text.unicodeScalars.contains(where: { !has($0) })
        else {
            return text
        }
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { shown.append(has(scalar) ? scalar : "\u{FFFD}") }
        return String(shown)
    }

    private func has(_ scalar: Unicode.Scalar) -> Bool {
        if Self.isEverywhere(scalar) || scalar.properties.isDefaultIgnorableCodePoint { return true }
        // Nobody knows: what DejaVu has, and most others.
        guard !ranges.isEmpty else { return scalar.value < 0x2300 }
        // The first range that does not end before it.
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < scalar.value { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(scalar.value)
    }

    /// Latin without its rarer letters: in any font that has letters.
    private static func isEverywhere(_ scalar: Unicode.Scalar) -> Bool { scalar.value < 0x180 }

    /// The least with which others begin in UTF-8.
    private static let firstByte: UInt8 = 0xC6

    /// Empty where there is no `fc-list`.
    private static func charsets() -> String {
        guard let pipe = popen("fc-list --format '%{charset}\\n' 2>/dev/null", "re") else { return "" }
        defer { pclose(pipe) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&buffer, 1, buffer.count, pipe)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
        }
    }
}
