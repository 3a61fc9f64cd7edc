/// Rows under headings, fitted to the terminal.
///
/// Columns stand two blanks apart. Where they do not fit, the widest of those that may shrink are cut, and end in `…`;
/// a pipe gets everything.
public struct TextTable: Sendable {
    public struct Column: Sendable {
        public enum Alignment: Sendable { case left, right }

        let title: String
        let alignment: Alignment
        let shrinks: Bool
        let minimum: Int

        /// - Parameters:
        ///   - shrinks: May be cut off; false for what is copied into the next command, such as ids.
        ///   - minimum: The width that is kept in any case.
        public init(_ title: String, _ alignment: Alignment = .left, shrinks: Bool = false, minimum: Int = 8) {
            self.title = title
            self.alignment = alignment
            self.shrinks = shrinks
            self.minimum = minimum
        }
    }

    let columns: [Column]
    private(set) var rows: [[String]] = []

    public init(_ columns: [Column]) { self.columns = columns }

    /// Adds a row, one cell a column; nil shows as `–`.
    public mutating func add(_ cells: [String?]) {
        precondition(cells.count == columns.count, "\(cells.count) cells for \(columns.count) columns")
        rows.append(cells.map { $0?.printable ?? "–" })
    }

    /// The table as lines.
    /// - Parameter width: Columns of the terminal; nil for no limit.
    public func lines(width: Int?) -> [String] {
        let widths = fittedWidths(width)
        return ([columns.map(\.title)] + rows).map { cells in
            var line = ""
            for (index, cell) in cells.enumerated() {
                let text = cell.truncated(to: widths[index])
                let padding = String(repeating: " ", count: widths[index] - text.displayWidth)
                line += (index == 0 ? "" : "  ") + (columns[index].alignment == .left ? text + padding : padding + text)
            }
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }

    /// Prints the table to standard output, or `empty` to standard error when it has no rows.
    public func print(empty: String, terminal: Terminal = .standardOutput) {
        guard !rows.isEmpty else { return StandardError.print(empty) }
        for line in lines(width: terminal.width) { Swift.print(line) }
    }

    private func fittedWidths(_ limit: Int?) -> [Int] {
        var widths = columns.indices.map { index in
            rows.reduce(columns[index].title.displayWidth) { max($0, $1[index].displayWidth) }
        }
        guard let limit else { return widths }
        var excess = widths.reduce(0, +) + 2 * (columns.count - 1) - limit
        while excess > 0 {
            let shrinkable = columns.indices.filter { columns[$0].shrinks && widths[$0] > columns[$0].minimum }
            guard let widest = shrinkable.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }
}
