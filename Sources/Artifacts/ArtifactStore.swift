public import Postgres

/// Named bytes of runs and logged models, kept once for each SHA-256, and checked whenever they are read.
///
/// Writing has two steps. `stage` brings the bytes as far as they can go without a transaction: into the folder, under
/// their digest. `StagedArtifacts.publish` gives them their names, as a part of the transaction that makes the run
/// visible. A crash between the two leaves bytes without a name, which `collect` removes. Statements stand in
/// `ArtifactStore+….swift`.
public struct ArtifactStore: Sendable {
    let pool: PostgresPool
    /// Where new bytes go. What was kept elsewhere before is still read from there.
    public let root: ArtifactRoot

    public init(pool: PostgresPool, root: ArtifactRoot = .postgres) {
        self.pool = pool
        self.root = root
    }

    /// The folder that the database says a blob is in, or nil for the database itself.
    static func folder(_ location: String) throws(ArtifactError) -> BlobFolder? {
        switch try ArtifactRoot(location) {
        case .postgres: nil
        case .folder(let path): BlobFolder(path: path)
        }
    }
}
