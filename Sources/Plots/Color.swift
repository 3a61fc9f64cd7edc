/// A colour of a figure.
struct Color: Sendable, Equatable {
    /// Red, green and blue in hexadecimal digits.
    private let digits: String
    /// 0: opaque; 1: not to be seen.
    private var transparency = 0.0

    /// - Parameter hex: as in `#0072B2`.
    init(_ hex: StaticString) {
        digits = "\(hex)".replacing("#", with: "")
    }

    private init(digits: String) {
        self.digits = digits
    }

    /// - Parameter share: 0: the colour itself; 1: white.
    func mixedWithWhite(_ share: Double) -> Color {
        let value = UInt32(digits, radix: 16) ?? 0
        let mixed = [16, 8, 0].map { shift in
            let part = Double(value >> UInt32(shift) & 0xFF)
            let digits = String(Int((part + (255 - part) * share).rounded()), radix: 16, uppercase: true)
            return digits.count == 1 ? "0" + digits : digits
        }
        return Color(digits: mixed.joined())
    }

    func transparent(_ share: Double) -> Color {
        var color = self
        color.transparency = share
        return color
    }

    /// As gnuplot reads it: its transparency comes first.
    var code: String {
        let alpha = String(Int((transparency * 255).rounded()), radix: 16, uppercase: true)
        return transparency == 0 ? "#\(digits)" : "#\(alpha.count == 1 ? "0" : "")\(alpha)\(digits)"
    }
}
