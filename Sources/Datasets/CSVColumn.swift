/// One column while its file is read.
struct CSVColumn {
    enum Problem {
        case notText
        case notNumber(String)
    }

    private enum Kind { case unknown, numbers, labels }

    let name: String
    private var kind = Kind.unknown
    private var numbers: [Double] = []
    /// While the kind is unknown, what the values would be as labels: a quoted `NA` is one.
    private var labels: [String] = []

    init(name: String, isText: Bool = false) {
        self.name = name
        if isText { kind = .labels }
    }

    /// Adds a value; returns what is wrong with it, if anything.
    mutating func append(_ field: CSVScanner.Field, in bytes: UnsafeBufferPointer<UInt8>) -> Problem? {
        if kind == .labels { return appendLabel(field, in: bytes) }
        let content = UnsafeBufferPointer(rebasing: bytes[field.range])
        if let number = Double(decimal: content) {
            // "nan" reads as a number in few places and means a missing value in all of them.
            kind = .numbers
            numbers.append(number)
            return nil
        }
        if isMissing(content) {
            if kind == .unknown {
                guard let text = field.text(in: bytes) else { return .notText }
                labels.append(field.isQuoted ? text : "")
            }
            numbers.append(.nan)
            return nil
        }
        guard kind == .unknown else { return field.text(in: bytes).map { .notNumber($0) } ?? .notText }
        // The first value is text: so is the column. What came before was missing.
        kind = .labels
        numbers = []
        return appendLabel(field, in: bytes)
    }

    private mutating func appendLabel(_ field: CSVScanner.Field, in bytes: UnsafeBufferPointer<UInt8>) -> Problem? {
        guard let text = field.text(in: bytes) else { return .notText }
        let isMissing = !field.isQuoted && isMissing(UnsafeBufferPointer(rebasing: bytes[field.range]))
        labels.append(isMissing ? "" : text)
        return nil
    }

    func column() -> Table.Column {
        Table.Column(name: name, values: kind == .labels ? .labels(labels) : .numbers(numbers))
    }
}

/// The words pandas takes for a missing value, in lower case.
private let missingWords: [[UInt8]] = ["na", "n/a", "#n/a", "nan", "-nan", "null", "none", "<na>"].map {
    Array($0.utf8)
}

private func isMissing(_ content: UnsafeBufferPointer<UInt8>) -> Bool {
    if content.isEmpty { return true }
    guard content.count <= 4 else { return false }
    let lowered = content.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
    return missingWords.contains(lowered)
}
