/// Names and values below each other: one thing and all there is to say about it.
public struct DetailList: Sendable {
    private var details: [(name: String, value: String)] = []

    public init() {}

    /// Adds a line, unless there is nothing to say.
    public mutating func add(_ name: String, _ value: String?) {
        if let value { details.append((name, value)) }
    }

    public var lines: [String] {
        let width = details.reduce(0) { max($0, $1.name.displayWidth) }
        return details.map { detail in
            detail.name + String(repeating: " ", count: width - detail.name.displayWidth) + "  "
                + detail.value.printable
        }
    }

    public func print() { for line in lines { Swift.print(line) } }
}
