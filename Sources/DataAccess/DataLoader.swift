public import Artifacts
public import Datasets
public import Jobs

/// Reads the data that a job names, wherever it is kept.
public struct DataLoader: Sendable {
    let artifacts: ArtifactStore
    let queries: QueryReader

    public init(artifacts: ArtifactStore, queries: QueryReader) {
        self.artifacts = artifacts
        self.queries = queries
    }

    /// The whole table of what a user named.
    /// - Parameter textColumns: those whose values are text whatever they look like.
    public func load(_ given: GivenData, textColumns: Set<String> = []) async throws -> LoadedData {
        switch given {
        case .source(let source): try await load(source, textColumns: textColumns)
        case .localFile(let name, let bytes, let digest):
            LoadedData(
                try CSVReader(source: name, textColumns: textColumns).read(bytes),
                name: name,
                sourceType: "coppice",
                source: "sha256:\(digest)"
            )
        }
    }

    /// Makes what a user named readable for every worker: uploads a local file, once for the same bytes.
    public func upload(_ given: GivenData, table: Table, user: String) async throws {
        guard case .localFile(let name, let bytes, _) = given else { return }
        try await artifacts.uploadData(
            name: name,
            content: .bytes(bytes),
            rowCount: table.rowCount,
            columns: table.columnNames,
            uploadedBy: user
        )
    }

    /// The whole table.
    /// - Parameter textColumns: those whose values are text whatever they look like.
    /// - Throws: `DataError` for data that cannot be read as a table, `ArtifactError` for a file that is not there.
    public func load(_ source: DataSelection.Source, textColumns: Set<String> = []) async throws -> LoadedData {
        switch source {
        case .builtIn(let name):
            let table = try BuiltInDataset(named: name).table()
            return LoadedData(table, name: name, sourceType: "coppice", source: "builtin:\(name)")
        case .file(let name, let digest):
            guard let digest = Digest(hex: digest) else {
                throw DataError(.unreadable, "the digest of the data file \(name) is not a SHA-256")
            }
            let bytes = try await artifacts.readData(digest)
            return LoadedData(
                try CSVReader(source: name, textColumns: textColumns).read(bytes),
                name: name,
                sourceType: "coppice",
                source: "sha256:\(digest)"
            )
        case .table(let name):
            let table = try await queries.readTable(name, textColumns)
            return LoadedData(table, name: source.description, sourceType: "postgresql", source: source.description)
        case .query(let text):
            let table = try await queries.readQuery(text, textColumns)
            return LoadedData(table, name: "query", sourceType: "postgresql", source: text)
        }
    }
}

/// A table, and how its runs record where it came from.
public struct LoadedData: Sendable {
    public let table: Table
    /// For people.
    public let name: String
    /// SHA-256 of the table's canonical bytes: equal for equal data, wherever it came from.
    public let digest: Digest
    /// MLflow's source type, and the source in its terms.
    public let sourceType: String
    public let source: String

    init(_ table: Table, name: String, sourceType: String, source: String) {
        self.table = table
        self.name = name
        self.sourceType = sourceType
        self.source = source
        let hash = SHA256()
        table.withCanonicalBytes { hash.update($0) }
        digest = hash.finalize()
    }

    /// The digest as MLflow keeps it, which holds 36 characters at most.
    public var shortDigest: String { String(digest.hex.prefix(32)) }
}
