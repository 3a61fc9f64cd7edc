internal import ArgumentParser
internal import CommandSupport
internal import Foundation

/// A file that appears whole or not at all.
struct OutputFile {
    private let url: URL

    /// - Throws: `CommandFailure` if nothing can be written there: said before a job is queued for it.
    init(_ path: String) throws {
        url = URL(filePath: path)
        var isDirectory: ObjCBool = false
        let folder = url.deletingLastPathComponent().path
        if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue {
            throw CommandFailure("--output: '\(path)' is a folder: give the name of a file")
        }
        guard FileManager.default.isWritableFile(atPath: folder) else {
            throw CommandFailure("--output: nothing can be written to the folder '\(folder)': choose another one")
        }
    }

    func write(_ text: String) throws {
        do {
            try Data(text.utf8).write(to: url, options: .atomic)
        } catch {
            throw CommandFailure("--output: '\(url.path)' could not be written: \(error.localizedDescription)")
        }
    }
}
