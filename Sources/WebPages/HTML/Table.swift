/// A table with a caption for those who hear the page, and numbers to the right.
struct Table {
    struct Column {
        enum Alignment { case left, right }

        let title: HTML
        var alignment = Alignment.left
        /// `ascending` or `descending`, if the rows are sorted by it.
        var sorted: String?
        /// Not shown on narrow screens.
        var isMinor = false
        /// Sentences, which want room for several words on a line.
        var isProse = false

        init(
            _ title: HTML,
            _ alignment: Alignment = .left,
            sorted: String? = nil,
            isMinor: Bool = false,
            isProse: Bool = false
        ) {
            self.title = title
            self.alignment = alignment
            self.sorted = sorted
            self.isMinor = isMinor
            self.isProse = isProse
        }

        fileprivate var classes: String? {
            let names = [
                alignment == .right ? "number" : nil, isMinor ? "minor" : nil, isProse ? "sentence" : nil,
            ].compactMap(\.self)
            return names.isEmpty ? nil : names.joined(separator: " ")
        }
    }

    let caption: String
    let columns: [Column]
    private(set) var rows: [HTML] = []

    init(_ caption: String, _ columns: [Column]) {
        self.caption = caption
        self.columns = columns
    }

    var isEmpty: Bool { rows.isEmpty }

    /// - Parameter isHeader: Whether the first cell names the row.
    mutating func add(_ cells: [HTML], class name: String? = nil, isHeader: Bool = false) {
        var row: HTML = "<tr\(attribute: "class", name)>"
        for (index, cell) in cells.enumerated() {
            let classes = index < columns.count ? columns[index].classes : nil
            row +=
                isHeader && index == 0
                ? "<th scope=\"row\"\(attribute: "class", classes)>\(cell)</th>"
                : "<td\(attribute: "class", classes)>\(cell)</td>"
        }
        rows.append(row + "</tr>\n")
    }

    /// A table that is wider than the page scrolls by itself, also with the keyboard.
    var html: HTML {
        var head = HTML()
        for column in columns {
            head += """
                <th scope="col"\(attribute: "class", column.classes)\(attribute: "aria-sort", column.sorted)>\(column.title)</th>
                """
        }
        return """
            <div class="table" role="region" aria-label="\(caption)" tabindex="0"><table>
            <caption>\(caption)</caption>
            <thead><tr>\(head)</tr></thead>
            <tbody>
            \(rows)</tbody></table></div>
            """
    }
}
