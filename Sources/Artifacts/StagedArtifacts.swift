public import Postgres

/// Artifacts whose bytes are measured, and stored if they are stored outside the database, but which have no name yet.
public struct StagedArtifacts: Sendable {
    struct Entry: Sendable {
        let path: ArtifactPath
        let content: ArtifactContent
        let digest: Digest
        let size: Int64
    }

    let entries: [Entry]
    let root: ArtifactRoot

    /// The digest of an artifact.
    public func digest(of path: String) -> Digest? {
        entries.first { $0.path.description == path }?.digest
    }

    /// Gives them their names among the artifacts of a new run; call it once in the transaction that makes them
    /// visible. A transaction that is repeated may publish them again.
    ///
    /// Throws `ArtifactError`: `alreadyExists` if the run has one of the names; `changed` if a file is not what it was;
    /// `conflict` if another try may help.
    public func publish(run: Int64, in session: borrowing Session) throws {
        try publish(.run(run), in: session)
    }

    /// Gives them their names among the artifacts of a run or a logged model.
    public func publish(_ owner: ArtifactOwner, in session: borrowing Session) throws {
        try ArtifactStore.insertBlobs(self, in: session)
        try ArtifactStore.insertArtifacts(self, owner: owner, in: session)
    }
}
