internal import Artifacts
internal import Presentation
internal import Tracking

/// What can be shown of an artifact without downloading it.
struct ArtifactPreview: Sendable {
    enum Content: Sendable {
        case image
        case table(rows: [[String]], isCut: Bool)
        case markdown(String)
        case text(String, isCut: Bool)
        /// Nothing that people read.
        case none
    }

    let path: ArtifactPath
    let size: Int64
    let digest: Digest
    let content: Content

    /// So much of a text is read.
    private static let limit = 200_000
    private static let imageEndings: Set<String> = ["png", "jpg", "jpeg", "gif", "webp", "bmp", "svg"]
    private static let binaryEndings: Set<String> = ["onnx", "zip", "gz", "parquet", "npy", "npz", "pkl", "pdf"]

    static func read(_ path: ArtifactPath, of run: Run.ID, _ reader: ArtifactReader) async throws -> ArtifactPreview {
        let ending = path.name.split(separator: ".").last.map { $0.lowercased() } ?? ""
        var content = Content.none
        if imageEndings.contains(ending) {
            content = .image
        } else if !binaryEndings.contains(ending) {
            var bytes: [UInt8] = []
            for try await chunk in reader {
                bytes += chunk.prefix(limit + 1 - bytes.count)
                if bytes.count > limit { break }
            }
            content = self.content(bytes, ending: ending)
        }
        return ArtifactPreview(path: path, size: reader.size, digest: reader.digest, content: content)
    }

    static func content(_ bytes: [UInt8], ending: String) -> Content {
        guard !bytes.contains(0) else { return .none }
        let isCut = bytes.count > limit
        let text = String(decoding: bytes.prefix(limit), as: UTF8.self)
        switch ending {
        case "csv", "tsv":
            let rows = DelimitedText(text, separator: ending == "tsv" ? "\t" : ",").rows(limit: 101)
            return .table(rows: Array(rows.prefix(101)), isCut: isCut || rows.count > 100)
        case "md", "markdown": return .markdown(text)
        default: return .text(text, isCut: isCut)
        }
    }
}

/// Rows of text with separators, for a preview: lenient where a reader of data is strict.
struct DelimitedText {
    private let text: String
    private let separator: Character

    init(_ text: String, separator: Character) {
        self.text = text
        self.separator = separator
    }

    /// The first rows, the header included.
    func rows(limit: Int) -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var cell = ""
        var isQuoted = false
        var iterator = text.makeIterator()
        var pending: Character?
        func endRow() {
            row.append(cell)
            cell = ""
            if row != [""] { rows.append(row) }
            row = []
        }
        while rows.count < limit, let character = pending ?? iterator.next() {
            pending = nil
            if isQuoted {
                guard character == "\"" else {
                    cell.append(character)
                    continue
                }
                let next = iterator.next()
                if next == "\"" {
                    cell.append("\"")
                } else {
                    isQuoted = false
                    pending = next
                }
            } else if character == "\"", cell.isEmpty {
                isQuoted = true
            } else if character == separator {
                row.append(cell)
                cell = ""
            } else if character.isNewline {
                endRow()
            } else {
                cell.append(character)
            }
        }
        if rows.count < limit, !cell.isEmpty || !row.isEmpty { endRow() }
        return rows
    }
}
