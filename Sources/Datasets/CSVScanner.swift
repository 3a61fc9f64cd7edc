/// Cuts CSV bytes into fields, without copying them.
///
/// Works on a buffer pointer, so that a mapped file is read in place; `CSVReader` lends it for the time of reading.
struct CSVScanner {
    /// What follows a field: another one, or the next record.
    enum End { case field, record }

    struct Field {
        /// Where it stands, quotes and blanks around it left out.
        let range: Range<Int>
        let end: End
        let line: Int
        let isQuoted: Bool
        /// Whether quotes inside it are doubled.
        let hasEscapes: Bool
    }

    let bytes: UnsafeBufferPointer<UInt8>
    let source: String
    /// The line at which the current record starts, from 1.
    private(set) var recordLine = 1
    private var position = 0
    private var line = 1

    init(bytes: UnsafeBufferPointer<UInt8>, source: String) {
        self.bytes = bytes
        self.source = source
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// Goes to the next line that is not blank; false if there is none.
    mutating func startRecord() -> Bool {
        while position < bytes.count, bytes[position] == .lineFeed || bytes[position] == .carriageReturn {
            endLine()
        }
        recordLine = line
        return position < bytes.count
    }

    /// The next field of this record. `column` is for errors.
    mutating func field(of column: String?) throws(DataError) -> Field {
        while position < bytes.count, bytes[position] == .space { position += 1 }
        if position < bytes.count, bytes[position] == .quote { return try quotedField(of: column) }
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte == .comma || byte == .lineFeed || byte == .carriageReturn { break }
            position += 1
        }
        var upper = position
        while upper > start, bytes[upper - 1] == .space || bytes[upper - 1] == .tab { upper -= 1 }
        let fieldLine = line
        return Field(range: start..<upper, end: endField(), line: fieldLine, isQuoted: false, hasEscapes: false)
    }

    private mutating func quotedField(of column: String?) throws(DataError) -> Field {
        let (start, startLine) = (position + 1, line)
        let place = "\(source), line \(startLine)" + (column.map { ", column \(quoted($0))" } ?? "")
        var hasEscapes = false
        position += 1
        while true {
            guard position < bytes.count else {
                throw DataError(
                    .unterminatedQuote,
                    "\(place): the double quote that starts this field is never closed: close it",
                    line: startLine,
                    column: column
                )
            }
            switch bytes[position] {
            case .quote where position + 1 < bytes.count && bytes[position + 1] == .quote:
                hasEscapes = true
                position += 2
            case .quote:
                let range = start..<position
                position += 1
                while position < bytes.count, bytes[position] == .space { position += 1 }
                guard position == bytes.count || [.comma, .lineFeed, .carriageReturn].contains(bytes[position]) else {
                    throw DataError(
                        .badQuote,
                        "\(place): there is text after the closing double quote: double the quotes inside a field",
                        line: startLine,
                        column: column
                    )
                }
                return Field(range: range, end: endField(), line: startLine, isQuoted: true, hasEscapes: hasEscapes)
            case .lineFeed, .carriageReturn: endLine()
            default: position += 1
            }
        }
    }

    private mutating func endField() -> End {
        guard position < bytes.count else { return .record }
        if bytes[position] == .comma {
            position += 1
            return .field
        }
        endLine()
        return .record
    }

    /// Steps over LF, CR LF or CR.
    private mutating func endLine() {
        let isCarriageReturn = bytes[position] == .carriageReturn
        position += 1
        if isCarriageReturn, position < bytes.count, bytes[position] == .lineFeed { position += 1 }
        line += 1
    }
}

extension CSVScanner.Field {
    /// The text, nil if it is not UTF-8.
    func text(in bytes: UnsafeBufferPointer<UInt8>) -> String? {
        let content = bytes[range]
        guard hasEscapes else { return String(validating: content, as: UTF8.self) }
        var unescaped: [UInt8] = []
        var index = content.startIndex
        while index < content.endIndex {
            unescaped.append(content[index])
            index += content[index] == .quote ? 2 : 1
        }
        return String(validating: unescaped, as: UTF8.self)
    }
}

extension UInt8 {
    static let tab = UInt8(ascii: "\t")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")
    static let quote = UInt8(ascii: "\"")
    static let comma = UInt8(ascii: ",")
}
