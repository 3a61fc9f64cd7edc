internal import Foundation

extension UUID {
    /// A new identifier that begins with the time, to the millisecond, and is random else: version 7 of RFC 9562.
    ///
    /// An index of many takes those that come one after the other at its end, where random ones would touch all of it.
    static func timeOrdered(at date: Date = Date()) -> UUID {
        let milliseconds = UInt64(max(0, date.timeIntervalSince1970) * 1000)
        // Not from `UUID()`, which opens the system's random device each time: 5 µs more.
        let random = (UInt64.random(in: 0 ... .max), UInt64.random(in: 0 ... .max))
        var bytes = withUnsafeBytes(of: random) { $0.loadUnaligned(as: uuid_t.self) }
        bytes.0 = UInt8(truncatingIfNeeded: milliseconds >> 40)
        bytes.1 = UInt8(truncatingIfNeeded: milliseconds >> 32)
        bytes.2 = UInt8(truncatingIfNeeded: milliseconds >> 24)
        bytes.3 = UInt8(truncatingIfNeeded: milliseconds >> 16)
        bytes.4 = UInt8(truncatingIfNeeded: milliseconds >> 8)
        bytes.5 = UInt8(truncatingIfNeeded: milliseconds)
        bytes.6 = bytes.6 & 0x0F | 0x70
        bytes.8 = bytes.8 & 0x3F | 0x80
        return UUID(uuid: bytes)
    }
}
