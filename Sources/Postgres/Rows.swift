internal import CLibPQ

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The rows that a statement returned, read in place.
///
/// Cells are addressed by row and column, the column by index or name; a cell that is `NULL` or of another type
/// throws `PostgresError` with code `undecodable` that names the column. Copies share the result, which is freed with
/// the last of them; take out what you need, and do not keep it.
public struct Rows: Sendable {
    /// Owns the C result, which nobody changes: libpq lets any thread read it.
    final class Storage: @unchecked Sendable {
        let result: OpaquePointer
        let sql: SQL

        init(_ result: OpaquePointer, sql: SQL) {
            self.result = result
            self.sql = sql
        }

        deinit { PQclear(result) }

        func name(_ column: Int) -> String {
            PQfname(result, Int32(column)).map { String(cString: $0) } ?? "\(column)"
        }

        /// The first column with this name. `PQfnumber` would fold its case.
        func column(_ name: String) -> Int32? {
            name.withCString { name in
                (0..<PQnfields(result)).first { column in strcmp(PQfname(result, column), name) == 0 }
            }
        }
    }

    let storage: Storage

    init(_ result: OpaquePointer, sql: SQL) {
        storage = Storage(result, sql: sql)
    }

    /// How many rows were returned.
    public var count: Int { Int(PQntuples(storage.result)) }

    /// How many rows the statement inserted, updated, deleted or returned.
    public var affectedCount: Int { PQcmdTuples(storage.result).flatMap { Int(String(cString: $0)) } ?? 0 }

    public var columnNames: [String] { (0..<Int(PQnfields(storage.result))).map(storage.name) }
}

extension Rows: RandomAccessCollection {
    public var startIndex: Int { 0 }
    public var endIndex: Int { count }

    public subscript(position: Int) -> Row {
        precondition(position >= 0 && position < count, "row \(position) of \(count)")
        return Row(storage: storage, index: Int32(position))
    }
}

/// One row of a result.
public struct Row: Sendable {
    let storage: Rows.Storage
    let index: Int32

    /// The cell of a column by its place, counted from 0.
    func cell(_ column: Int) throws(PostgresError) -> Cell {
        guard column >= 0, column < Int(PQnfields(storage.result)) else {
            throw PostgresError(
                .undecodable,
                "there is no column \(column)",
                sql: storage.sql.text,
                column: "\(column)"
            )
        }
        return Cell(storage, index, Int32(column))
    }

    /// The cell of the first column with this name.
    func cell(_ column: String) throws(PostgresError) -> Cell {
        guard let place = storage.column(column) else {
            throw PostgresError(
                .undecodable,
                "there is no column \"\(column)\"",
                sql: storage.sql.text,
                column: column
            )
        }
        return Cell(storage, index, place)
    }

    func decode<Value: SQLDecodable>(_ cell: Cell, as type: Value.Type) throws(PostgresError) -> Value {
        if let value = Value(cell) { return value }
        let found = cell.bytes == nil ? "NULL" : "of \(cell.type.label)"
        throw PostgresError(
            .undecodable,
            "column \"\(cell.columnName)\" is \(found), not readable as \(Value.label)",
            sql: storage.sql.text,
            column: cell.columnName
        )
    }
}

/// One value of a result: its type and its bytes in binary form, `nil` for `NULL`.
public struct Cell {
    private let storage: Rows.Storage?
    private let column: Int32
    let type: SQLType
    let bytes: UnsafeRawBufferPointer?

    init(_ storage: Rows.Storage, _ row: Int32, _ column: Int32) {
        self.storage = storage
        self.column = column
        type = SQLType(rawValue: PQftype(storage.result, column))
        if PQgetisnull(storage.result, row, column) == 1 {
            bytes = nil
        } else {
            bytes = UnsafeRawBufferPointer(
                start: PQgetvalue(storage.result, row, column),
                count: Int(PQgetlength(storage.result, row, column))
            )
        }
    }

    /// An element of an array.
    init(element bytes: UnsafeRawBufferPointer?, type: SQLType) {
        storage = nil
        column = 0
        self.type = type
        self.bytes = bytes
    }

    var columnName: String { storage?.name(Int(column)) ?? "" }

    /// The first bytes as an integer in network order; the cell must have them.
    func integer<Value: FixedWidthInteger>(at offset: Int = 0, as type: Value.Type = Value.self) -> Value? {
        guard let bytes, bytes.count >= offset + Value.bitWidth / 8 else { return nil }
        return Value(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Value.self))
    }
}
