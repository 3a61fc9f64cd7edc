/// Named columns of the same length, each of numbers or of text.
public struct Table: Sendable, Equatable {
    /// One column, without its name.
    public enum Values: Sendable, Equatable {
        /// A missing value is NaN.
        case numbers([Double])
        /// A missing value is the empty string.
        case labels([String])

        public var count: Int {
            switch self {
            case .numbers(let numbers): numbers.count
            case .labels(let labels): labels.count
            }
        }
    }

    public struct Column: Sendable, Equatable {
        public let name: String
        public let values: Values

        public init(name: String, values: Values) {
            self.name = name
            self.values = values
        }
    }

    public let columns: [Column]
    public let rowCount: Int

    /// - Throws: `DataError` if a name is empty or comes twice, or if the columns differ in length.
    public init(columns: [Column]) throws(DataError) {
        let rowCount = columns.first?.values.count ?? 0
        var seen: Set<String> = []
        for column in columns {
            guard !column.name.isEmpty else {
                throw DataError(.badHeader, "the data has a column without a name: name every column")
            }
            guard seen.insert(column.name).inserted else {
                throw DataError(
                    .duplicateHeader,
                    "the data has two columns named \(quoted(column.name)): rename one of them",
                    column: column.name
                )
            }
            guard column.values.count == rowCount else {
                throw DataError(
                    .inconsistentColumns,
                    "column \(quoted(column.name)) has \(column.values.count) values, the ones before it have \(rowCount)",
                    column: column.name
                )
            }
        }
        self.init(checked: columns, rowCount: rowCount)
    }

    init(checked columns: [Column], rowCount: Int) {
        self.columns = columns
        self.rowCount = rowCount
    }

    public var columnNames: [String] { columns.map(\.name) }

    /// The column with this name.
    ///
    /// - Throws: `DataError` with code `unknownColumn` that names the nearest column and lists the others.
    public func column(named name: String) throws(DataError) -> Column {
        if let column = columns.first(where: { $0.name == name }) { return column }
        throw DataError(
            .unknownColumn,
            "there is no column \(quoted(name)): \(suggestion(for: name, among: columnNames))",
            column: name
        )
    }

    /// The named columns, in the order of `names`.
    public func selecting(_ names: [String]) throws(DataError) -> Table {
        var selected: [Column] = []
        for name in names { selected.append(try column(named: name)) }
        return try Table(columns: selected)
    }

    /// The rows at `indices`, in that order; an index may come more than once.
    public func rows(_ indices: some Collection<Int>) -> Table {
        let picked = columns.map { column in
            let values: Values =
                switch column.values {
                case .numbers(let numbers): .numbers(indices.map { numbers[$0] })
                case .labels(let labels): .labels(indices.map { labels[$0] })
                }
            return Column(name: column.name, values: values)
        }
        return Table(checked: picked, rowCount: indices.count)
    }

    /// The rows of `range`.
    ///
    /// - Throws: `DataError` with code `badRowRange` if it reaches beyond the last row.
    public func rows(_ range: RowRange) throws(DataError) -> Table {
        rows(try range.bounds(in: rowCount))
    }
}
