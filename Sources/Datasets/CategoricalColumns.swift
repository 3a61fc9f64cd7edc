/// Which columns of text are categories, to be told apart by a number each.
public enum CategoricalColumns: Sendable, Equatable {
    /// Every feature that is text.
    case all
    case named([String])
}

extension CategoricalColumns {
    /// Columns that are categories by name: their values are text whatever they look like, as postal codes are.
    public var textColumns: Set<String> {
        switch self {
        case .all: []
        case .named(let names): Set(names)
        }
    }
}

extension CategoricalColumns: Codable {
    /// `true`, or a list of names.
    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let names = try? value.decode([String].self) {
            self = .named(names)
        } else {
            guard try value.decode(Bool.self) else {
                throw DecodingError.dataCorruptedError(in: value, debugDescription: "expected true or a list of names")
            }
            self = .all
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .all: try value.encode(true)
        case .named(let names): try value.encode(names)
        }
    }
}

extension CategoricalColumns: CustomStringConvertible {
    public var description: String {
        switch self {
        case .all: "all"
        case .named(let names): names.joined(separator: ",")
        }
    }
}

extension Table {
    /// The categories of the features that are text, each in the order of their code points: a category's number is its place.
    ///
    /// As scikit-learn's `OrdinalEncoder` numbers them. A missing value is no category.
    ///
    /// - Throws: `DataError` with code `unknownColumn` for a name that is not among the features, `badCategories` for one that
    ///   holds numbers, or for a column without any value.
    func categories(_ columns: CategoricalColumns) throws(DataError) -> [String: [String]] {
        var categories: [String: [String]] = [:]
        switch columns {
        case .all: break
        case .named(let names):
            for name in names {
                guard case .numbers = try column(named: name).values else { continue }
                throw DataError(
                    .badCategories,
                    "column \(quoted(name)) holds numbers, which need no encoding: leave it out of the categorical columns",
                    column: name
                )
            }
        }
        for column in self.columns {
            guard case .labels(let labels) = column.values else { continue }
            if case .named(let names) = columns, !names.contains(column.name) { continue }
            let distinct = Set(labels).subtracting([""])
            guard !distinct.isEmpty else {
                throw DataError(
                    .badCategories,
                    "column \(quoted(column.name)) has no value in any row: leave it out of the features",
                    column: column.name
                )
            }
            categories[column.name] = distinct.sorted {
                $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars)
            }
        }
        return categories
    }

    /// The table with numbers in place of categories. A value that is none, such as one that was not seen in training, is
    /// missing.
    ///
    /// - Parameter categories: by column.
    public func encoding(_ categories: [String: [String]]) -> Table {
        if categories.isEmpty { return self }
        let encoded = columns.map { column in
            guard let known = categories[column.name] else { return column }
            let numbers = Dictionary(uniqueKeysWithValues: zip(known, known.indices.map(Double.init)))
            return Column(name: column.name, values: .numbers(column.texts.map { numbers[$0] ?? .nan }))
        }
        return Table(checked: encoded, rowCount: rowCount)
    }

    /// How many values are in no category, by column; missing ones are not counted.
    public func unknownCategories(_ categories: [String: [String]]) -> [(column: String, count: Int)] {
        columns.compactMap { column in
            guard let known = categories[column.name].map(Set.init) else { return nil }
            let count = column.texts.count { !$0.isEmpty && !known.contains($0) }
            return count == 0 ? nil : (column.name, count)
        }
    }
}

extension Table.Column {
    /// The values as text: categories such as 1, 2 and 3a read as numbers where a file has only the first two.
    fileprivate var texts: [String] {
        switch values {
        case .labels(let labels): labels
        case .numbers(let numbers):
            numbers.map { $0.isNaN ? "" : Int(exactly: $0).map { String($0) } ?? "\($0)" }
        }
    }
}
