internal import Artifacts
internal import JobSubmission

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The file that a form brought, or one that was uploaded before, in a folder of its own as long as it is needed.
final class DataFileForForm: Sendable {
    let path: String
    private let folder: String

    /// Nil if the form asks for other data, or has no file. Throws `SubmissionError`, `ArtifactError`.
    init?(_ form: Form, artifacts: ArtifactStore) async throws {
        guard form["data"] == SubmitAnswers.upload else { return nil }
        let name: String
        let bytes: [UInt8]
        if let file = form.files["file"], !file.bytes.isEmpty {
            (name, bytes) = (file.name, file.bytes)
        } else if let digest = form["digest"].flatMap({ Digest(hex: $0) }) {
            (name, bytes) = (form["file_name"] ?? "data.csv", try await artifacts.readData(digest))
        } else {
            return nil
        }
        folder = NSTemporaryFolder.path + "/coppice-form-\(UInt64.random(in: .min ... .max))"
        path = "\(folder)/\(Self.plain(name))"
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        try Data(bytes).write(to: URL(filePath: path))
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// The name alone, whatever path a browser sends with it.
    static func plain(_ name: String) -> String {
        let last = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
        let kept = last.filter { !$0.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F } }.prefix(100)
        return kept.allSatisfy { $0 == "." } ? "data.csv" : String(kept)
    }
}

private enum NSTemporaryFolder {
    static var path: String { ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp" }
}
