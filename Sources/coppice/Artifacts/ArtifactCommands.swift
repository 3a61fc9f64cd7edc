internal import ArgumentParser
internal import Artifacts
internal import CommandSupport
internal import Postgres
internal import Tracking

struct ArtifactCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "artifacts",
        abstract: "List and fetch the files that runs left; collect what nothing names any more.",
        discussion: """
            COPPICE_ARTIFACT_ROOT says where new files are kept: postgres: (the default) or file:///dir. Files that were \
            kept elsewhere before are still found.
            """,
        subcommands: [ListArtifacts.self, GetArtifacts.self, CollectArtifacts.self]
    )
}

extension DatabaseOptions {
    /// The artifacts of the run that `prefix` names.
    func artifacts(of prefix: String) async throws -> (store: ArtifactStore, run: Run) {
        let root = try ArtifactRoot.fromEnvironment()
        let pool = try await open(program: "coppice artifacts", size: 1)
        let run = try await TrackingStore(pool: pool).run(startingWith: prefix)
        return (ArtifactStore(pool: pool, root: root), run)
    }
}

extension Run {
    var artifactOwner: ArtifactOwner { .run(number.rawValue) }
}

extension ArtifactEntry {
    var json: JSON {
        [
            "path": .string(path), "is_dir": .bool(isFolder), "file_size": .int(size), "file_count": .int(fileCount),
        ]
    }
}
