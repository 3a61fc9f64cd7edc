#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

// The readers by name. Each comes for a cell that must not be `NULL` and for one that may be; `decode` does the rest:
// arrays (`row.decode([Int].self, "ids")`) and types of your own.

extension Row {
    /// Reads a value of any decodable type; an optional type takes `NULL`.
    public func decode<Value: SQLDecodable>(_ type: Value.Type, _ column: Int) throws(PostgresError) -> Value {
        try read(column, as: type)
    }

    /// Reads a value of any decodable type; an optional type takes `NULL`.
    public func decode<Value: SQLDecodable>(_ type: Value.Type, _ column: String) throws(PostgresError) -> Value {
        try read(column, as: type)
    }

    /// Reads an integer.
    public func int(_ column: Int) throws(PostgresError) -> Int {
        try read(column, as: Int.self)
    }

    /// Reads an integer, or `nil` for `NULL`.
    public func intOrNil(_ column: Int) throws(PostgresError) -> Int? {
        try read(column, as: Int?.self)
    }

    /// Reads an integer.
    public func int(_ column: String) throws(PostgresError) -> Int {
        try read(column, as: Int.self)
    }

    /// Reads an integer, or `nil` for `NULL`.
    public func intOrNil(_ column: String) throws(PostgresError) -> Int? {
        try read(column, as: Int?.self)
    }

    /// Reads a 64-bit integer.
    public func int64(_ column: Int) throws(PostgresError) -> Int64 {
        try read(column, as: Int64.self)
    }

    /// Reads a 64-bit integer, or `nil` for `NULL`.
    public func int64OrNil(_ column: Int) throws(PostgresError) -> Int64? {
        try read(column, as: Int64?.self)
    }

    /// Reads a 64-bit integer.
    public func int64(_ column: String) throws(PostgresError) -> Int64 {
        try read(column, as: Int64.self)
    }

    /// Reads a 64-bit integer, or `nil` for `NULL`.
    public func int64OrNil(_ column: String) throws(PostgresError) -> Int64? {
        try read(column, as: Int64?.self)
    }

    /// Reads a number.
    public func double(_ column: Int) throws(PostgresError) -> Double {
        try read(column, as: Double.self)
    }

    /// Reads a number, or `nil` for `NULL`.
    public func doubleOrNil(_ column: Int) throws(PostgresError) -> Double? {
        try read(column, as: Double?.self)
    }

    /// Reads a number.
    public func double(_ column: String) throws(PostgresError) -> Double {
        try read(column, as: Double.self)
    }

    /// Reads a number, or `nil` for `NULL`.
    public func doubleOrNil(_ column: String) throws(PostgresError) -> Double? {
        try read(column, as: Double?.self)
    }

    /// Reads a boolean.
    public func bool(_ column: Int) throws(PostgresError) -> Bool {
        try read(column, as: Bool.self)
    }

    /// Reads a boolean, or `nil` for `NULL`.
    public func boolOrNil(_ column: Int) throws(PostgresError) -> Bool? {
        try read(column, as: Bool?.self)
    }

    /// Reads a boolean.
    public func bool(_ column: String) throws(PostgresError) -> Bool {
        try read(column, as: Bool.self)
    }

    /// Reads a boolean, or `nil` for `NULL`.
    public func boolOrNil(_ column: String) throws(PostgresError) -> Bool? {
        try read(column, as: Bool?.self)
    }

    /// Reads text, an enum, a number, a UUID or JSON.
    public func string(_ column: Int) throws(PostgresError) -> String {
        try read(column, as: String.self)
    }

    /// Reads text, an enum, a number, a UUID or JSON, or `nil` for `NULL`.
    public func stringOrNil(_ column: Int) throws(PostgresError) -> String? {
        try read(column, as: String?.self)
    }

    /// Reads text, an enum, a number, a UUID or JSON.
    public func string(_ column: String) throws(PostgresError) -> String {
        try read(column, as: String.self)
    }

    /// Reads text, an enum, a number, a UUID or JSON, or `nil` for `NULL`.
    public func stringOrNil(_ column: String) throws(PostgresError) -> String? {
        try read(column, as: String?.self)
    }

    /// Reads a point in time.
    public func date(_ column: Int) throws(PostgresError) -> Date {
        try read(column, as: Date.self)
    }

    /// Reads a point in time, or `nil` for `NULL`.
    public func dateOrNil(_ column: Int) throws(PostgresError) -> Date? {
        try read(column, as: Date?.self)
    }

    /// Reads a point in time.
    public func date(_ column: String) throws(PostgresError) -> Date {
        try read(column, as: Date.self)
    }

    /// Reads a point in time, or `nil` for `NULL`.
    public func dateOrNil(_ column: String) throws(PostgresError) -> Date? {
        try read(column, as: Date?.self)
    }

    /// Reads an interval without months.
    public func duration(_ column: Int) throws(PostgresError) -> Duration {
        try read(column, as: Duration.self)
    }

    /// Reads an interval without months, or `nil` for `NULL`.
    public func durationOrNil(_ column: Int) throws(PostgresError) -> Duration? {
        try read(column, as: Duration?.self)
    }

    /// Reads an interval without months.
    public func duration(_ column: String) throws(PostgresError) -> Duration {
        try read(column, as: Duration.self)
    }

    /// Reads an interval without months, or `nil` for `NULL`.
    public func durationOrNil(_ column: String) throws(PostgresError) -> Duration? {
        try read(column, as: Duration?.self)
    }

    /// Reads a UUID.
    public func uuid(_ column: Int) throws(PostgresError) -> UUID {
        try read(column, as: UUID.self)
    }

    /// Reads a UUID, or `nil` for `NULL`.
    public func uuidOrNil(_ column: Int) throws(PostgresError) -> UUID? {
        try read(column, as: UUID?.self)
    }

    /// Reads a UUID.
    public func uuid(_ column: String) throws(PostgresError) -> UUID {
        try read(column, as: UUID.self)
    }

    /// Reads a UUID, or `nil` for `NULL`.
    public func uuidOrNil(_ column: String) throws(PostgresError) -> UUID? {
        try read(column, as: UUID?.self)
    }

    /// Reads `bytea`.
    public func bytes(_ column: Int) throws(PostgresError) -> [UInt8] {
        try read(column, as: [UInt8].self)
    }

    /// Reads `bytea`, or `nil` for `NULL`.
    public func bytesOrNil(_ column: Int) throws(PostgresError) -> [UInt8]? {
        try read(column, as: [UInt8]?.self)
    }

    /// Reads `bytea`.
    public func bytes(_ column: String) throws(PostgresError) -> [UInt8] {
        try read(column, as: [UInt8].self)
    }

    /// Reads `bytea`, or `nil` for `NULL`.
    public func bytesOrNil(_ column: String) throws(PostgresError) -> [UInt8]? {
        try read(column, as: [UInt8]?.self)
    }

    /// Reads `json` or `jsonb`.
    public func json(_ column: Int) throws(PostgresError) -> JSONText {
        try read(column, as: JSONText.self)
    }

    /// Reads `json` or `jsonb`, or `nil` for `NULL`.
    public func jsonOrNil(_ column: Int) throws(PostgresError) -> JSONText? {
        try read(column, as: JSONText?.self)
    }

    /// Reads `json` or `jsonb`.
    public func json(_ column: String) throws(PostgresError) -> JSONText {
        try read(column, as: JSONText.self)
    }

    /// Reads `json` or `jsonb`, or `nil` for `NULL`.
    public func jsonOrNil(_ column: String) throws(PostgresError) -> JSONText? {
        try read(column, as: JSONText?.self)
    }
}
