internal import MLflowAPI

/// A form with files (RFC 7578), whole in memory: its size is limited before.
struct MultipartForm {
    private(set) var fields: [(name: String, value: String)] = []
    private(set) var files: [String: UploadedFile] = [:]

    /// Throws `MLflowError` if it is not such a form.
    init(_ bytes: [UInt8], contentType: String) throws(MLflowError) {
        guard let range = contentType.firstRange(of: "boundary=") else { throw Self.broken }
        let boundary = contentType[range.upperBound...].prefix { $0 != ";" }.filter { $0 != "\"" }
        guard (1...70).contains(boundary.utf8.count) else { throw Self.broken }
        let delimiter = Array("\r\n--\(boundary)".utf8)
        // The first delimiter has no line before it.
        let bytes = Array("\r\n".utf8) + bytes
        var position = 0
        guard let first = Self.find(delimiter, in: bytes, from: 0) else { throw Self.broken }
        position = first + delimiter.count
        while position + 2 <= bytes.count, bytes[position] != UInt8(ascii: "-") {
            guard let end = Self.find(delimiter, in: bytes, from: position),
                let head = Self.find(Array("\r\n\r\n".utf8), in: bytes, from: position), head < end
            else { throw Self.broken }
            let header = String(decoding: bytes[position..<head], as: UTF8.self)
            add(header, Array(bytes[(head + 4)..<end]))
            position = end + delimiter.count
        }
    }

    private static let broken = MLflowError(
        .invalidParameterValue,
        "The form cannot be read: it was cut off on its way."
    )

    private mutating func add(_ header: String, _ content: [UInt8]) {
        guard let name = Self.parameter("name", in: header) else { return }
        if let file = Self.parameter("filename", in: header) {
            // No file was chosen: the browser sends an empty one.
            if !file.isEmpty || !content.isEmpty { files[name] = UploadedFile(name: file, bytes: content) }
        } else {
            fields.append((name, String(decoding: content, as: UTF8.self)))
        }
    }

    private static func parameter(_ name: String, in header: String) -> String? {
        guard let start = header.firstRange(of: "; \(name)=\"") else { return nil }
        let rest = header[start.upperBound...]
        guard let end = rest.firstIndex(of: "\"") else { return nil }
        return String(rest[..<end]).replacing("%22", with: "\"")
    }

    /// Where the pattern stands at or after a position; O(n) for what forms hold.
    private static func find(_ pattern: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        bytes.withUnsafeBufferPointer { bytes in
            var index = start
            let last = bytes.count - pattern.count
            while index <= last {
                if bytes[index] == pattern[0], pattern.indices.allSatisfy({ bytes[index + $0] == pattern[$0] }) {
                    return index
                }
                index += 1
            }
            return nil
        }
    }
}
