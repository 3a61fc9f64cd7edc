internal import Foundation

/// What went wrong, in a sentence.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    static func writing(_ path: String, _ write: (URL) throws -> Void) throws {
        do {
            try write(URL(fileURLWithPath: path))
        } catch {
            throw Failure("\(path) cannot be written: \(error.localizedDescription)")
        }
    }
}

/// Says what a person should know who reads the result.
func warn(_ text: String) { FileHandle.standardError.write(Data("warning: \(text)\n".utf8)) }
