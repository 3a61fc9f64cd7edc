#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

extension Rows {
    /// Reads a value of any decodable type; an optional type takes `NULL`.
    public func decode<Value: SQLDecodable>(
        _ type: Value.Type,
        _ row: Int,
        _ column: Int
    ) throws(PostgresError) -> Value {
        try self.row(row).decode(type, column)
    }

    /// The row at `index`; throws if there are not so many.
    public func row(_ index: Int) throws(PostgresError) -> Row {
        guard indices.contains(index) else {
            throw PostgresError(.undecodable, "there is no row \(index), only \(count)", sql: storage.sql.text)
        }
        return self[index]
    }

    /// Reads an integer.
    public func int(_ row: Int, _ column: Int) throws(PostgresError) -> Int {
        try self.row(row).int(column)
    }

    /// Reads an integer, or `nil` for `NULL`.
    public func intOrNil(_ row: Int, _ column: Int) throws(PostgresError) -> Int? {
        try self.row(row).intOrNil(column)
    }

    /// Reads a 64-bit integer.
    public func int64(_ row: Int, _ column: Int) throws(PostgresError) -> Int64 {
        try self.row(row).int64(column)
    }

    /// Reads a 64-bit integer, or `nil` for `NULL`.
    public func int64OrNil(_ row: Int, _ column: Int) throws(PostgresError) -> Int64? {
        try self.row(row).int64OrNil(column)
    }

    /// Reads a number.
    public func double(_ row: Int, _ column: Int) throws(PostgresError) -> Double {
        try self.row(row).double(column)
    }

    /// Reads a number, or `nil` for `NULL`.
    public func doubleOrNil(_ row: Int, _ column: Int) throws(PostgresError) -> Double? {
        try self.row(row).doubleOrNil(column)
    }

    /// Reads a boolean.
    public func bool(_ row: Int, _ column: Int) throws(PostgresError) -> Bool {
        try self.row(row).bool(column)
    }

    /// Reads a boolean, or `nil` for `NULL`.
    public func boolOrNil(_ row: Int, _ column: Int) throws(PostgresError) -> Bool? {
        try self.row(row).boolOrNil(column)
    }

    /// Reads text, an enum, a number, a UUID or JSON.
    public func string(_ row: Int, _ column: Int) throws(PostgresError) -> String {
        try self.row(row).string(column)
    }

    /// Reads text, an enum, a number, a UUID or JSON, or `nil` for `NULL`.
    public func stringOrNil(_ row: Int, _ column: Int) throws(PostgresError) -> String? {
        try self.row(row).stringOrNil(column)
    }

    /// Reads a point in time.
    public func date(_ row: Int, _ column: Int) throws(PostgresError) -> Date {
        try self.row(row).date(column)
    }

    /// Reads a point in time, or `nil` for `NULL`.
    public func dateOrNil(_ row: Int, _ column: Int) throws(PostgresError) -> Date? {
        try self.row(row).dateOrNil(column)
    }

    /// Reads an interval without months.
    public func duration(_ row: Int, _ column: Int) throws(PostgresError) -> Duration {
        try self.row(row).duration(column)
    }

    /// Reads an interval without months, or `nil` for `NULL`.
    public func durationOrNil(_ row: Int, _ column: Int) throws(PostgresError) -> Duration? {
        try self.row(row).durationOrNil(column)
    }

    /// Reads a UUID.
    public func uuid(_ row: Int, _ column: Int) throws(PostgresError) -> UUID {
        try self.row(row).uuid(column)
    }

    /// Reads a UUID, or `nil` for `NULL`.
    public func uuidOrNil(_ row: Int, _ column: Int) throws(PostgresError) -> UUID? {
        try self.row(row).uuidOrNil(column)
    }

    /// Reads `bytea`.
    public func bytes(_ row: Int, _ column: Int) throws(PostgresError) -> [UInt8] {
        try self.row(row).bytes(column)
    }

    /// Reads `bytea`, or `nil` for `NULL`.
    public func bytesOrNil(_ row: Int, _ column: Int) throws(PostgresError) -> [UInt8]? {
        try self.row(row).bytesOrNil(column)
    }

    /// Reads `json` or `jsonb`.
    public func json(_ row: Int, _ column: Int) throws(PostgresError) -> JSONText {
        try self.row(row).json(column)
    }

    /// Reads `json` or `jsonb`, or `nil` for `NULL`.
    public func jsonOrNil(_ row: Int, _ column: Int) throws(PostgresError) -> JSONText? {
        try self.row(row).jsonOrNil(column)
    }
}
