extension Double {
    /// Reads a decimal number such as `-12.5e-3`, `.5`, `+7` or `inf`, to the nearest double; nil for anything else.
    ///
    /// Up to 15 digits and powers of ten that doubles hold exactly take one exact division or multiplication
    /// (Clinger, "How to Read Floating Point Numbers Accurately", 1990); the rest goes to the standard library.
    init?(decimal text: UnsafeBufferPointer<UInt8>) {
        var position = 0
        let isNegative = text.first == UInt8(ascii: "-")
        if isNegative || text.first == UInt8(ascii: "+") { position = 1 }
        var mantissa: UInt64 = 0
        var digits = 0
        var fractionDigits = 0
        var seenPoint = false
        scan: while position < text.count {
            let digit = text[position] &- UInt8(ascii: "0")
            if digit <= 9 {
                // Zeros in front count for nothing; past 19 digits the exact way is over anyway.
                if mantissa != 0 || digit != 0 { digits += 1 }
                if digits <= 19 { mantissa = mantissa &* 10 &+ UInt64(digit) }
                if seenPoint { fractionDigits += 1 }
            } else if text[position] == UInt8(ascii: "."), !seenPoint {
                seenPoint = true
            } else {
                break scan
            }
            position += 1
        }
        let hasDigits = text[..<position].contains { $0 &- UInt8(ascii: "0") <= 9 }
        if hasDigits, position == text.count, mantissa <= 1 << 53, digits <= 19, fractionDigits <= 22 {
            let magnitude = Double(mantissa) / powersOfTen[fractionDigits]
            self = isNegative ? -magnitude : magnitude
            return
        }
        // Only decimal spellings: the library would also read "0x1p3" and "nan(0x1)".
        let lowered = text.map { $0 | 0x20 }
        if !hasDigits {
            let word = position == 1 ? lowered.dropFirst() : lowered[...]
            guard word.elementsEqual("inf".utf8) || word.elementsEqual("infinity".utf8) else { return nil }
            self = isNegative ? -.infinity : .infinity
            return
        }
        guard position == text.count || lowered[position] == UInt8(ascii: "e") else { return nil }
        guard let number = Double(String(decoding: text, as: UTF8.self)) else { return nil }
        self = number
    }
}

/// 10⁰ to 10²², the powers of ten that a double holds exactly.
private let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
]
