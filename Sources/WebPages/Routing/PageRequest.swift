internal import Access
internal import HTTPTypes
internal import Hummingbird
internal import MLflowAPI

/// What a page is asked for.
struct PageRequest: Sendable {
    let query: Query
    let viewer: Viewer
    let parameters: Parameters
    let request: Request

    /// A part of the path, decoded.
    func part(_ name: String) throws -> String { try parameters.text(name) }

    /// A part of the path that is a number. Throws `MLflowError` as for what does not exist.
    func number(_ name: String) throws -> Int64 {
        let text = try part(name)
        guard let number = Int64(text), number >= 0 else {
            throw MLflowError(.resourceDoesNotExist, "'\(text.prefix(40))' is not a number.")
        }
        return number
    }
}

/// What a form sent, decoded.
struct Form: Sendable {
    private let query: Query
    /// Files by the names of their fields.
    let files: [String: UploadedFile]

    init(_ query: Query, files: [String: UploadedFile] = [:]) {
        self.query = query
        self.files = files
    }

    /// The text of a field; nil if it is missing or blank.
    subscript(name: String) -> String? {
        guard let value = query[name], value.contains(where: { !$0.isWhitespace }) else { return nil }
        return value
    }

    /// The text of a field as it is, also if it is empty.
    func text(_ name: String) -> String { query[name] ?? "" }

    func all(_ name: String) -> [String] { query.all(name) }
}

/// A file that came with a form.
struct UploadedFile: Sendable {
    let name: String
    let bytes: [UInt8]
}

/// What comes of a form.
enum Outcome: Sendable {
    /// It was done: look there.
    case see(Location, Notice?)
    /// It was not: the form again, with what is wrong.
    case page(Page)
}
