internal import Postgres

extension Row {
    /// Reads an enum by its label.
    func label<Value: RawRepresentable>(_ column: String) throws -> Value where Value.RawValue == String {
        let text = try string(column)
        guard let value = Value(rawValue: text) else {
            throw TrackingError(.invalid, "'\(text)' in column \(column) is not known to this version of Coppice")
        }
        return value
    }

    /// Reads two arrays of the same length, or two `NULL`s for none.
    func dictionary(_ keys: String, _ values: String) throws -> [String: String] {
        guard let keys = try decode([String]?.self, keys), let values = try decode([String]?.self, values) else {
            return [:]
        }
        return Dictionary(zip(keys, values)) { _, last in last }
    }
}
