#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Where the bytes of artifacts are kept.
public enum ArtifactRoot: Sendable, Hashable, CustomStringConvertible {
    /// In the database, committed with the run.
    case postgres
    /// In a folder that every worker can reach, under their digests. The path is absolute.
    case folder(String)

    /// Parses `COPPICE_ARTIFACT_ROOT`; nil and empty mean `postgres:`. Throws `ArtifactError.unsupported`.
    public init(_ text: String?) throws(ArtifactError) {
        guard let text, !text.isEmpty, text != "postgres:", text != "postgres" else {
            self = .postgres
            return
        }
        if text.hasPrefix("s3://") {
            throw ArtifactError(
                .unsupported,
                "the artifact root '\(text.printable)' is not supported yet: this version keeps artifacts in postgres: or file:///dir"
            )
        }
        guard let path = Self.path(text) else {
            throw ArtifactError(
                .unsupported,
                "the artifact root '\(text.printable)' is not one: allowed are postgres: and file:///dir"
            )
        }
        self = .folder(path)
    }

    /// What `COPPICE_ARTIFACT_ROOT` says. Throws `ArtifactError.unsupported`.
    public static func fromEnvironment() throws(ArtifactError) -> ArtifactRoot {
        try ArtifactRoot(ProcessInfo.processInfo.environment["COPPICE_ARTIFACT_ROOT"])
    }

    /// What `blobs.location` says of the blobs kept here.
    public var description: String {
        switch self {
        case .postgres: "postgres"
        case .folder(let path): "file://\(path)"
        }
    }

    private static func path(_ text: String) -> String? {
        var path: Substring
        if text.hasPrefix("file:///") {
            path = text.dropFirst("file://".count)
        } else if text.hasPrefix("file:/"), !text.hasPrefix("file://") {
            path = text.dropFirst("file:".count)
        } else {
            return nil
        }
        while path.count > 1, path.last == "/" { path.removeLast() }
        let names = path.split(separator: "/")
        guard !names.isEmpty, !names.contains(".."), !path.utf8.contains(0) else { return nil }
        return String(path)
    }
}
