/// Values of tags and parameters beyond the limit, which MLflow cuts instead of refusing the call.
enum LongValues {
    static func cut(_ value: String, to limit: Int) -> String {
        guard value.utf8.count > limit, value.unicodeScalars.count > limit else { return value }
        return String(String.UnicodeScalarView(value.unicodeScalars.prefix(limit)))
    }

    static func cut(_ values: [String: String], to limit: Int) -> [String: String] {
        values.mapValues { cut($0, to: limit) }
    }
}
