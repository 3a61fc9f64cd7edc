internal import Foundation

extension UUID {
    /// A new identifier that begins with the time, to a quarter of a microsecond, and has 62 random bits: version 7 of
    /// RFC 9562, with its method 3.
    ///
    /// An index of many takes those that come one after the other at its end, where random ones would touch all of it.
    static func timeOrdered(at date: Date = Date()) -> UUID {
        let time = max(0, date.timeIntervalSince1970) * 1000
        let milliseconds = UInt64(time)
        let fraction = UInt64((time - Double(milliseconds)) * 4096)
        let high = milliseconds << 16 | 7 << 12 | fraction
        // Not from `UUID()`, which opens the system's random device each time; one question to the system, not two.
        let low = UInt64.random(in: 0..<1 << 62) | 1 << 63
        return UUID(
            uuid: withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { $0.loadUnaligned(as: uuid_t.self) }
        )
    }

    /// Its 36 characters, in lower case. For mass submits: `uuidString` goes through `printf`.
    var text: String {
        String(unsafeUninitializedCapacity: 36) { text in
            withUnsafeBytes(of: uuid) { bytes in
                let digits = StaticString("0123456789abcdef").utf8Start
                var place = 0
                for (index, byte) in bytes.enumerated() {
                    if index == 4 || index == 6 || index == 8 || index == 10 {
                        text[place] = UInt8(ascii: "-")
                        place += 1
                    }
                    text[place] = digits[Int(byte >> 4)]
                    text[place + 1] = digits[Int(byte & 15)]
                    place += 2
                }
                return place
            }
        }
    }
}
