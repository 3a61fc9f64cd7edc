/// Metrics as Prometheus reads them.
///
/// Source: "Exposition formats", text format 0.0.4, in Prometheus' documentation.
public enum PrometheusText {
    /// The media type of what `render` returns.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// Families one after the other, each with its help and type; those without a value are left out.
    public static func render(_ families: [MetricFamily]) -> String {
        var text = ""
        for family in families where !family.samples.isEmpty {
            text += "# HELP \(family.name) \(escaped(family.help, quote: false))\n"
            text += "# TYPE \(family.name) \(family.kind.rawValue)\n"
            for sample in family.samples { write(sample, of: family.name, to: &text) }
        }
        return text
    }

    private static func write(_ sample: MetricFamily.Sample, of name: String, to text: inout String) {
        let labels = sample.labels.map { ($0.key, $0.value) }
        switch sample.value {
        case .number(let value): line(name, labels, value, to: &text)
        case .histogram(let histogram):
            // Prometheus' buckets hold all that is at most as large as their bound.
            var count = 0
            for (bound, bucket) in zip(histogram.bounds + [.infinity], histogram.counts) {
                count += bucket
                line(name + "_bucket", labels + [("le", number(bound))], Double(count), to: &text)
            }
            line(name + "_sum", labels, histogram.sum, to: &text)
            line(name + "_count", labels, Double(histogram.count), to: &text)
        }
    }

    private static func line(_ name: String, _ labels: [(String, String)], _ value: Double, to text: inout String) {
        text += name
        if !labels.isEmpty {
            text += "{" + labels.map { "\($0)=\"\(escaped($1, quote: true))\"" }.joined(separator: ",") + "}"
        }
        text += " \(number(value))\n"
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
    }

    /// Backslashes and line feeds, and double quotes where the text stands in them.
    private static func escaped(_ text: String, quote: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quote: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
