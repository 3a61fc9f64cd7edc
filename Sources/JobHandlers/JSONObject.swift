/// An object of numbers as JSON text, in the order given; what JSON cannot hold is a string.
struct JSONObject {
    let text: String

    init(_ entries: [(key: String, value: Double)]) {
        let lines = entries.map { key, value in
            let text =
                switch value {
                case _ where value.isNaN: "\"NaN\""
                case .infinity: "\"Infinity\""
                case -.infinity: "\"-Infinity\""
                default: "\(value)"
                }
            return "  \"\(key)\": \(text)"
        }
        text = "{\n" + lines.joined(separator: ",\n") + "\n}\n"
    }
}
