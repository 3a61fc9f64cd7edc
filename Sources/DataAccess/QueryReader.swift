internal import Datasets
public import Foundation
internal import Jobs
public import Postgres

/// Reads the rows of a table or a query as data, in one read-only snapshot.
///
/// In Coppice's own database with the rights of the role `coppice_data` and no others; in another database
/// (`COPPICE_DATA_URL`) with those of the login that its address names.
public struct QueryReader: Sendable {
    private enum Place {
        case own(PostgresPool)
        case other(PostgresPool)
    }

    private let place: Place
    private let sizeLimit: Int?

    /// - Parameters:
    ///   - pool: Coppice's database.
    ///   - sizeLimit: how many bytes of text are read at most; nil: any number.
    ///   - environment: may name another one, `COPPICE_DATA_URL`.
    /// - Throws: `PostgresError` if that address cannot be understood.
    public init(
        pool: PostgresPool,
        sizeLimit: Int? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws {
        self.sizeLimit = sizeLimit
        if let url = environment["COPPICE_DATA_URL"], !url.isEmpty {
            place = .other(PostgresPool(try PostgresConfiguration(url), size: 1))
        } else {
            place = .own(pool)
        }
    }

    /// The rows of a table, `SCHEMA.NAME`, or `NAME` in the schema `public`.
    /// - Throws: `DataError`, `PostgresError` if the database cannot be reached.
    func readTable(_ name: String, _ textColumns: Set<String>) async throws -> Table {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard 1...2 ~= parts.count, parts.allSatisfy({ !$0.isEmpty }) else {
            throw DataError(.unreadable, "table:\(name) does not name a table: give table:SCHEMA.NAME")
        }
        let quoted = (parts.count == 1 ? ["public"] + parts : parts)
            .map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }
        return try await read("select * from \(quoted.joined(separator: "."))", what: "table:\(name)", textColumns)
    }

    /// The rows of a query.
    /// - Throws: `DataError`, `PostgresError` if the database cannot be reached.
    func readQuery(_ query: String, _ textColumns: Set<String>) async throws -> Table {
        try await read(query, what: "the query", textColumns)
    }

    private func read(_ query: String, what: String, _ textColumns: Set<String>) async throws -> Table {
        do {
            let cells = try await cells(of: query)
            guard let names = cells.first else {
                throw DataError(.noRows, "\(what) has no rows: there is nothing to read")
            }
            return try Table(
                columns: names.enumerated().map { index, name -> Table.Column in
                    let texts = cells.dropFirst().map { $0[index] }
                    let isText = textColumns.contains(name ?? "")
                    return Table.Column(
                        name: name ?? "",
                        values: isText ? .labels(texts.map { $0 ?? "" }) : Self.values(texts)
                    )
                }
            )
        } catch let error as PostgresError where error.code == .server && !error.isConnectionLoss {
            throw DataError(.unreadable, "\(what) cannot be read: \(error.message)\(Self.advice(error))")
        } catch let error as PostgresError where error.isConnectionLoss {
            // Coppice's own database is there all the same: not a lost attempt, but one that failed.
            guard case .other = place else { throw error }
            throw JobFailure.transient("\(what) cannot be read from COPPICE_DATA_URL: \(error)")
        }
    }

    /// The column names, then the values of each row.
    private func cells(of query: String) async throws -> [[String?]] {
        switch place {
        case .own(let pool):
            try await pool.withTransaction(isolation: .repeatableRead, readOnly: true) { session in
                try read("select * from coppice.read_rows(\(query)) as cells", in: session)
            }
        case .other(let pool):
            // The address decides whose rights these are, and the user's text is the statement.
            try await pool.withTransaction(isolation: .repeatableRead, readOnly: true) { session in
                let rows = "select row_to_json(q) as row from (\n" + query + "\n) q"
                let cell = "from json_each_text(row) with ordinality cell (key, value, position) order by cell.position"
                let names = try session.execute(
                    SQL(unsafeRaw: "select array(select cell.key \(cell)) from (\(rows)) r limit 1")
                )
                return try names.map { row in try row.decode([String?].self, 0) }
                    + read(SQL(unsafeRaw: "select array(select cell.value \(cell)) from (\(rows)) r"), in: session)
            }
        }
    }

    /// Rows of one column, an array, some thousand at a time.
    private func read(_ statement: SQL, in session: borrowing Session) throws -> [[String?]] {
        var cells: [[String?]] = []
        var size = 0
        try session.execute("declare given no scroll cursor for \(statement)")
        while true {
            let rows = try session.execute("fetch 5000 from given")
            guard rows.count > 0 else { return cells }
            for row in rows {
                let row = try row.decode([String?].self, 0)
                size += row.reduce(0) { $0 + ($1?.utf8.count ?? 0) }
                cells.append(row)
            }
            guard let sizeLimit, size > sizeLimit else { continue }
            throw DataError(
                .unreadable,
                "the data has more than \(sizeLimit >> 20) MiB: submit such data from the shell, or select less of it"
            )
        }
    }

    /// Numbers where every value is one, or missing; text otherwise.
    private static func values(_ texts: [String?]) -> Table.Values {
        var numbers: [Double] = []
        numbers.reserveCapacity(texts.count)
        for text in texts {
            guard let text else {
                numbers.append(.nan)
                continue
            }
            guard let number = number(text) else { return .labels(texts.map { $0 ?? "" }) }
            numbers.append(number)
        }
        return .numbers(numbers)
    }

    /// A number as PostgreSQL writes it: `0x10` and `infinity` are text.
    private static func number(_ text: String) -> Double? {
        let isNumber = text.utf8.allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "+-.eE".utf8.contains(byte)
        }
        return isNumber || ["NaN", "Infinity", "-Infinity"].contains(text) ? Double(text) : nil
    }

    private static func advice(_ error: PostgresError) -> String {
        switch error.sqlState {
        case .insufficientPrivilege: "; grant what it reads to the role coppice_data"
        case .undefinedFunction where error.message.contains("read_rows"):
            "; an operator who may has to set it up: run 'coppice db migrate' as a superuser on a new database"
        default: ""
        }
    }
}
