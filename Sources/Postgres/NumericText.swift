/// A `numeric` in decimal notation, made from its binary form.
///
/// The form is: number of digits, weight of the first, sign, scale, then digits to the base 10000.
struct NumericText {
    let text: String

    init?(_ cell: Cell) {
        guard let count: Int16 = cell.integer(at: 0), let weight: Int16 = cell.integer(at: 2),
            let sign: UInt16 = cell.integer(at: 4), let scale: UInt16 = cell.integer(at: 6)
        else { return nil }
        switch sign {
        case 0xC000: text = "NaN"
        case 0xD000: text = "Infinity"
        case 0xF000: text = "-Infinity"
        case 0x0000, 0x4000:
            /// Four decimal digits; those that are not stored are zero.
            func digits(_ place: Int) -> String {
                guard place >= 0, place < Int(count), let value: Int16 = cell.integer(at: 8 + 2 * place) else {
                    return "0000"
                }
                return String(repeating: "0", count: 4 - String(value).count) + String(value)
            }
            var whole = ""
            if weight >= 0 {
                for place in 0...Int(weight) { whole += digits(place) }
            }
            whole = String(whole.drop { $0 == "0" })
            var result = (sign == 0x4000 ? "-" : "") + (whole.isEmpty ? "0" : whole)
            if scale > 0 {
                var fraction = ""
                var place = Int(weight) + 1
                while fraction.count < Int(scale) {
                    fraction += digits(place)
                    place += 1
                }
                result += "." + fraction.prefix(Int(scale))
            }
            text = result
        default: return nil
        }
    }
}
