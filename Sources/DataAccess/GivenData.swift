public import Artifacts
public import Datasets
internal import Foundation
public import Jobs

/// What a user named as data, found and read.
public enum GivenData: Sendable {
    /// Workers can read it already.
    case source(DataSelection.Source)
    /// A CSV file of this machine, to be uploaded once everything else is known to be right.
    case localFile(name: String, bytes: [UInt8], digest: Digest)

    /// Finds what `text` means: `table:…`, `query:…`, a built-in data set, or the path of a CSV file.
    /// - Throws: `DataError` that says what there is.
    public init(_ text: String) throws(DataError) {
        if text.hasPrefix("table:") {
            self = .source(.table(String(text.dropFirst("table:".count))))
        } else if text.hasPrefix("query:") {
            self = .source(.query(String(text.dropFirst("query:".count))))
        } else if BuiltInDataset(rawValue: text) != nil {
            self = .source(.builtIn(text))
        } else if FileManager.default.fileExists(atPath: text) {
            do {
                let bytes = try Data(contentsOf: URL(filePath: text))
                self.init(file: URL(filePath: text).lastPathComponent, Array(bytes))
            } catch {
                throw DataError(.unreadable, "the file '\(text)' cannot be read: check that it is a file you may read")
            }
        } else if text.contains("/") || text.contains(".") {
            throw DataError(.unreadable, "there is no file '\(text)': check the path")
        } else {
            // Neither a file nor a path: a mistyped name, most likely. The error lists the names there are.
            self = .source(.builtIn(try BuiltInDataset(named: text).rawValue))
        }
    }

    /// A CSV file, by the name that is shown.
    public init(file name: String, _ bytes: [UInt8]) {
        self = .localFile(name: name, bytes: bytes, digest: Digest(of: bytes))
    }
}

extension GivenData {
    /// What jobs are told; a local file is found under its digest once it is uploaded.
    public var source: DataSelection.Source {
        switch self {
        case .source(let source): source
        case .localFile(let name, _, let digest): .file(name: name, digest: digest.hex)
        }
    }
}
