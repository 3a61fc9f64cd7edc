internal import HTTPTypes
internal import Hummingbird
internal import MLflowAPI
internal import NIOCore
internal import Presentation
internal import SearchGrammar
internal import Tracking

/// All runs that fit a search, as a file: page after page, so that neither side needs memory for all.
struct RunExport: Sendable {
    let stores: PageStores
    let query: RunTableQuery
    let experiment: Experiment

    private static let pageSize = 500

    private func headers(_ type: String, _ name: String) -> HTTPFields {
        [
            .contentType: type, .contentDisposition: "attachment; filename=\"\(name)\"", .cacheControl: "no-store",
            .contentSecurityPolicy: "default-src 'none'; sandbox",
        ]
    }

    /// Page after page of them.
    private struct Pages: AsyncSequence, AsyncIteratorProtocol {
        let tracking: TrackingStore
        var query: RunQuery?

        func makeAsyncIterator() -> Pages { self }

        mutating func next() async throws -> [Run]? {
            guard var query else { return nil }
            let page = try await tracking.search(query)
            query.after = page.next
            self.query = page.next == nil ? nil : query
            return page.items
        }
    }

    private func pages() throws -> Pages {
        var all = try query.runQuery(of: experiment)
        all.limit = Self.pageSize
        all.after = nil
        return Pages(tracking: stores.tracking, query: all)
    }

    func csv() -> Response {
        Response(
            status: .ok,
            headers: headers("text/csv; charset=utf-8", "experiment-\(experiment.id)-runs.csv"),
            body: ResponseBody { writer in
                // The columns are those of the table, or all that the first runs have.
                var fields: [SearchField]?
                for try await runs in try pages() {
                    var text = ""
                    let columns = fields ?? (query.columns.isEmpty ? RunColumns(runs, chosen: []).known : query.columns)
                    if fields == nil {
                        let names = ["run_id", "run_name", "status", "started_at", "ended_at", "user"]
                        text += CSVLine(names + columns.map(\.description)).text
                        fields = columns
                    }
                    for run in runs { text += CSVLine(Self.cells(run, columns)).text }
                    try await writer.write(ByteBuffer(string: text))
                }
                try await writer.finish(nil)
            }
        )
    }

    private static func cells(_ run: Run, _ fields: [SearchField]) -> [String] {
        [
            run.id.rawValue, run.name, run.status.rawValue, run.startedAt.map(HumanReadable.timestamp) ?? "",
            run.endedAt.map(HumanReadable.timestamp) ?? "", run.user,
        ]
            + fields.map { field in
                switch field.entity {
                case .metric: run.metrics[field.key].map { "\($0.value)" } ?? ""
                case .parameter: run.params[field.key] ?? ""
                case .tag: run.tags[field.key] ?? ""
                default: ""
                }
            }
    }

    func json() -> Response {
        Response(
            status: .ok,
            headers: headers("application/json", "experiment-\(experiment.id)-runs.json"),
            body: ResponseBody { writer in
                var isFirst = true
                for try await runs in try pages() {
                    let texts = runs.map { Self.json($0).encoded }
                    try await writer.write(
                        ByteBuffer(string: (isFirst ? "{\"runs\":[\n" : ",\n") + texts.joined(separator: ",\n"))
                    )
                    isFirst = false
                }
                try await writer.write(ByteBuffer(string: "\n]}\n"))
                try await writer.finish(nil)
            }
        )
    }

    private static func json(_ run: Run) -> JSON {
        func texts(_ values: [String: String]) -> JSON {
            .object(values.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })
        }
        return [
            "run_id": .string(run.id.rawValue), "run_name": .string(run.name), "status": .string(run.status.rawValue),
            "started_at": .date(run.startedAt), "ended_at": .date(run.endedAt), "user": .string(run.user),
            "parent_run_id": .text(run.parent?.rawValue), "job_id": .int(run.job), "params": texts(run.params),
            "metrics": .object(
                run.metrics.values.sorted { $0.key < $1.key }.map { .init($0.key, .number($0.value)) }
            ),
            "tags": texts(run.tags),
        ]
    }
}

/// A line of a CSV file (RFC 4180).
struct CSVLine {
    let text: String

    init(_ cells: [String]) {
        text = cells.map(Self.quoted).joined(separator: ",") + "\r\n"
    }

    /// A spreadsheet takes text that begins with one of these for a formula, and a formula can do harm: an apostrophe
    /// before it says that it is text. Numbers are left alone.
    private static func quoted(_ cell: String) -> String {
        var cell = cell
        if let first = cell.first, "=+-@\t\r".contains(first), Double(cell) == nil { cell = "'" + cell }
        guard cell.contains(where: { ",\"\r\n".contains($0) || $0 == "\r\n" }) else { return cell }
        return "\"" + cell.replacing("\"", with: "\"\"") + "\""
    }
}
