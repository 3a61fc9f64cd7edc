/// The data sets that ship with the program: scikit-learn's toy sets, value for value.
///
/// Sources and licences: `Data/README.md`. The text is part of the executable and read when asked for.
public enum BuiltInDataset: String, Sendable, CaseIterable, Codable {
    /// 442 patients, 10 features in `load_diabetes`' scaling, disease progression after a year. Regression.
    case diabetes
    /// 150 flowers, 4 features, 3 classes.
    case iris
    /// 178 wines, 13 features, 3 classes.
    case wine
    /// 569 tumours, 30 features, 2 classes.
    case breastCancer = "breast_cancer"
    /// 1797 pictures of 8 × 8 pixels, 10 classes.
    case digits

    /// - Throws: `DataError` with code `unknownDataset` that lists the names there are.
    public init(named name: String) throws(DataError) {
        guard let dataset = BuiltInDataset(rawValue: name) else {
            throw DataError(
                .unknownDataset,
                "there is no built-in data set \(quoted(name)): \(suggestion(for: name, among: Self.allCases.map(\.rawValue)))"
            )
        }
        self = dataset
    }

    /// What its target is: a number or a class.
    public var isClassification: Bool { self != .diabetes }

    /// The CSV text, as it stands in the repository.
    public var text: String {
        guard let file = EmbeddedFiles.all.first(where: { $0.name == "\(rawValue).csv" }) else {
            preconditionFailure("\(rawValue).csv is not embedded")
        }
        return file.text
    }

    /// Features first, `target` last.
    public func table() throws(DataError) -> Table {
        try CSVReader(source: rawValue).read(text)
    }
}
