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

    /// - Parameters:
    ///   - pool: Coppice's database.
    ///   - environment: may name another one, `COPPICE_DATA_URL`.
    /// - Throws: `PostgresError` if that address cannot be understood.
    public init(
        pool: PostgresPool,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws {
        if let url = environment["COPPICE_DATA_URL"], !url.isEmpty {
            place = .other(PostgresPool(try PostgresConfiguration(url), size: 1))
        } else {
            place = .own(pool)
        }
    }

    /// The rows of a table, `SCHEMA.NAME`, or `NAME` in the schema `public`.
    /// - Throws: `DataError`, `PostgresError` if the database cannot be reached.
    func readTable(_ name: String) async throws -> Table {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard 1...2 ~= parts.count, parts.allSatisfy({ !$0.isEmpty }) else {
            throw DataError(.unreadable, "table:\(name) does not name a table: give table:SCHEMA.NAME")
        }
        let quoted = (parts.count == 1 ? ["public"] + parts : parts)
            .map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }
        return try await read("select * from \(quoted.joined(separator: "."))", what: "table:\(name)")
    }

    /// The rows of a query.
    /// - Throws: `DataError`, `PostgresError` if the database cannot be reached.
    func readQuery(_ query: String) async throws -> Table {
        try await read(query, what: "the query")
    }

    private func read(_ query: String, what: String) async throws -> Table {
        do {
            let cells = try await cells(of: query)
            guard let names = cells.first else {
                throw DataError(.noRows, "\(what) has no rows: there is nothing to read")
            }
            return try Table(
                columns: names.enumerated().map { index, name in
                    Table.Column(name: name ?? "", values: Self.values(cells.dropFirst().map { $0[index] }))
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
                try session.execute("select * from coppice.read_rows(\(query)) as cells")
                    .map { row in try row.decode([String?].self, 0) }
            }
        case .other(let pool):
            // The address decides whose rights these are, and the user's text is the statement.
            try await pool.withTransaction(isolation: .repeatableRead, readOnly: true) { session in
                let rows = "select row_to_json(q) as row from (\n" + query + "\n) q"
                let cell = "from json_each_text(row) with ordinality cell (key, value, position) order by cell.position"
                let names = try session.execute(
                    SQL(unsafeRaw: "select array(select cell.key \(cell)) from (\(rows)) r limit 1")
                )
                let values = try session.execute(
                    SQL(unsafeRaw: "select array(select cell.value \(cell)) from (\(rows)) r")
                )
                return try (names.map { row in try row.decode([String?].self, 0) })
                    + (values.map { row in try row.decode([String?].self, 0) })
            }
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
            guard let number = Double(text) else { return .labels(texts.map { $0 ?? "" }) }
            numbers.append(number)
        }
        return .numbers(numbers)
    }

    private static func advice(_ error: PostgresError) -> String {
        switch error.sqlState?.rawValue {
        case "42501": "; grant what it reads to the role coppice_data"
        case "42883" where error.message.contains("read_rows"):
            "; an operator who may has to set it up: run 'coppice db migrate' as a superuser on a new database"
        default: ""
        }
    }
}
