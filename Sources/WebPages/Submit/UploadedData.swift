internal import Artifacts
internal import JobSubmission

/// The CSV file that a form brought, or one that was uploaded before.
struct UploadedData {
    let name: String
    let bytes: [UInt8]

    /// Nil if the form asks for other data, or has no file. Throws `ArtifactError`.
    init?(_ form: Form, artifacts: ArtifactStore) async throws {
        guard form["data"] == SubmitAnswers.upload else { return nil }
        if let file = form.files["file"], !file.bytes.isEmpty {
            name = Self.plain(file.name)
            bytes = file.bytes
        } else if let digest = form["digest"].flatMap({ Digest(hex: $0) }) {
            name = Self.plain(form["file_name"] ?? "")
            bytes = try await artifacts.readData(digest)
        } else {
            return nil
        }
    }

    /// The name alone, whatever path a browser sends with it.
    static func plain(_ name: String) -> String {
        let last = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
        let kept = last.filter { !$0.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F } }.prefix(100)
        return kept.allSatisfy { $0 == "." } ? "data.csv" : String(kept)
    }
}
