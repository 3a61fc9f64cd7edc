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
        let types: [SQLType]

        init(_ result: OpaquePointer, sql: SQL) {
            self.result = result
            self.sql = sql
            types = (0..<PQnfields(result)).map { SQLType(rawValue: PQftype(result, $0)) }
        }

        deinit { PQclear(result) }

        func name(_ column: Int) -> String {
            PQfname(result, Int32(column)).map { String(cString: $0) } ?? "\(column)"
        }

        /// The caller has checked the bounds.
        func cell(_ row: Int32, _ column: Int32) -> Cell {
            let length = Int(PQgetlength(result, row, column))
            // Asked only where it makes a difference: this runs for every value.
            guard length > 0 || PQgetisnull(result, row, column) == 0 else {
                return Cell(type: types[Int(column)], bytes: nil)
            }
            let bytes = UnsafeRawBufferPointer(start: PQgetvalue(result, row, column), count: length)
            return Cell(type: types[Int(column)], bytes: bytes)
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

    /// Reads the column at a place counted from 0.
    func read<Value: SQLDecodable>(_ column: Int, as type: Value.Type) throws(PostgresError) -> Value {
        guard storage.types.indices.contains(column) else {
            throw PostgresError(
                .undecodable,
                "there is no column \(column)",
                sql: storage.sql.text,
                column: "\(column)"
            )
        }
        return try decode(Int32(column), as: type)
    }

    /// Reads the first column with this name.
    func read<Value: SQLDecodable>(_ column: String, as type: Value.Type) throws(PostgresError) -> Value {
        guard let place = storage.column(column) else {
            throw PostgresError(
                .undecodable,
                "there is no column \"\(column)\"",
                sql: storage.sql.text,
                column: column
            )
        }
        return try decode(place, as: type)
    }

    private func decode<Value: SQLDecodable>(_ column: Int32, as type: Value.Type) throws(PostgresError) -> Value {
        let cell = storage.cell(index, column)
        if let value = Value(cell) { return value }
        let name = storage.name(Int(column))
        let found = cell.bytes == nil ? "NULL" : "of \(cell.type.label)"
        throw PostgresError(
            .undecodable,
            "column \"\(name)\" is \(found), not readable as \(Value.label)",
            sql: storage.sql.text,
            column: name
        )
    }
}

/// One value of a result: its type and its bytes in binary form, `nil` for `NULL`. Valid as long as its `Rows`.
public struct Cell {
    let type: SQLType
    let bytes: UnsafeRawBufferPointer?

    /// The bytes from `offset` as an integer in network order; `nil` if there are not so many.
    func integer<Value: FixedWidthInteger>(at offset: Int = 0, as type: Value.Type = Value.self) -> Value? {
        guard let bytes, bytes.count >= offset + Value.bitWidth / 8 else { return nil }
        return Value(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Value.self))
    }
}
