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
    private let fields: [(name: String, value: String)]
    /// Files by the names of their fields.
    let files: [String: UploadedFile]

    init(_ fields: [(name: String, value: String)], files: [String: UploadedFile] = [:]) {
        self.fields = fields
        self.files = files
    }

    /// The text of a field; nil if it is missing or blank.
    subscript(name: String) -> String? {
        let value = text(name)
        return value.contains { !$0.isWhitespace } ? value : nil
    }

    /// The text of a field as it is, also if it is empty.
    func text(_ name: String) -> String { fields.first { $0.name == name }?.value ?? "" }

    func all(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }
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
