/// What can be searched for and sorted by in one kind of thing: runs, experiments, models, …
public struct SearchRules: Sendable {
    typealias Comparator = SearchCondition.Comparator

    /// An attribute: what compares with it.
    struct Attribute: Sendable {
        enum Kind: Sendable, Hashable {
            case text
            /// Compares with whole numbers and decimals.
            case number
            /// Compares with whole numbers only.
            case wholeNumber
            /// Compares as text that must be a whole number.
            case numericText
        }

        let kind: Kind
        let comparators: Set<Comparator>
        /// Whether it can be sorted by, too.
        var isOrderable = true
        /// Whether it can only be sorted by.
        var isSearchable = true
    }

    /// How the things are called in an error message.
    let subject: String
    /// Entities that may be searched for, and what compares with their values; attributes have their own.
    let entities: [SearchField.Entity: Set<Comparator>]
    /// Entities that may be sorted by.
    let orderable: Set<SearchField.Entity>
    let attributes: [String: Attribute]
    /// Other spellings of attributes, and which they mean.
    let aliases: [String: String]
    /// Aliases that a sort order does not know.
    var filterOnlyAliases: Set<String> = []
    /// Whether text may stand without quotes.
    var allowsBareValues = false
}

extension SearchRules {
    private static let numbers = Comparator.numeric
    private static let timestamp = Attribute(kind: .number, comparators: Comparator.numeric)
    private static let wholeTimestamp = Attribute(kind: .wholeNumber, comparators: Comparator.numeric)
    private static let text = Attribute(kind: .text, comparators: Comparator.text)
    private static let textOrList = Attribute(kind: .text, comparators: Comparator.textOrList)
    private static let onlyOrder = Attribute(kind: .number, comparators: [], isSearchable: false)

    /// `mlflow.search_runs`.
    public static let runs = SearchRules(
        subject: "runs",
        entities: [
            .metric: numbers,
            .parameter: Comparator.textOrNull,
            .tag: Comparator.textOrNull,
            .dataset: Comparator.textOrList,
        ],
        orderable: [.metric, .parameter, .tag],
        attributes: [
            "run_id": textOrList, "run_name": text, "user_id": text, "status": text, "artifact_uri": text,
            "start_time": timestamp, "end_time": timestamp,
        ],
        aliases: [
            "created": "start_time", "Created": "start_time", "run name": "run_name", "Run name": "run_name",
            "Run Name": "run_name",
        ],
        filterOnlyAliases: ["run name", "Run name", "Run Name"]
    )

    /// `mlflow.search_experiments`.
    public static let experiments = SearchRules(
        subject: "experiments",
        entities: [.tag: Comparator.textOrNull],
        orderable: [],
        attributes: [
            "name": text,
            "experiment_id": Attribute(kind: .numericText, comparators: [.equal, .notEqual, .isIn, .isNotIn]),
            "creation_time": wholeTimestamp, "last_update_time": wholeTimestamp,
        ],
        aliases: [:]
    )

    /// `MlflowClient.search_registered_models`.
    public static let registeredModels = SearchRules(
        subject: "registered models",
        entities: [.tag: Comparator.text],
        orderable: [],
        attributes: ["name": textOrList, "last_updated_timestamp": onlyOrder],
        aliases: ["timestamp": "last_updated_timestamp"]
    )

    /// `MlflowClient.search_model_versions`.
    public static let modelVersions = SearchRules(
        subject: "model versions",
        entities: [.tag: Comparator.text],
        orderable: [],
        attributes: [
            "name": textOrList,
            "run_id": Attribute(kind: .text, comparators: Comparator.textOrList, isOrderable: false),
            "source_path": Attribute(kind: .text, comparators: Comparator.text, isOrderable: false),
            "version_number": wholeTimestamp, "creation_timestamp": onlyOrder, "last_updated_timestamp": onlyOrder,
        ],
        aliases: [:]
    )

    /// `mlflow.search_logged_models`.
    public static let loggedModels = SearchRules(
        subject: "logged models",
        entities: [.metric: numbers, .parameter: Comparator.textOrList, .tag: Comparator.textOrList],
        orderable: [.metric],
        attributes: [
            "name": textOrList, "model_id": textOrList, "model_type": textOrList, "status": textOrList,
            "source_run_id": textOrList, "creation_timestamp": timestamp, "last_updated_timestamp": timestamp,
        ],
        aliases: [
            "creation_time": "creation_timestamp", "creation_timestamp_ms": "creation_timestamp",
            "last_updated_time": "last_updated_timestamp", "last_updated_timestamp_ms": "last_updated_timestamp",
        ],
        allowsBareValues: true
    )

    /// The attribute that `key` means. Throws if there is none that can be searched for, or sorted by.
    func attribute(_ key: String, toOrder: Bool) throws(SearchError) -> (name: String, attribute: Attribute) {
        let name = toOrder && filterOnlyAliases.contains(key) ? key : aliases[key] ?? key
        guard let attribute = attributes[name], toOrder ? attribute.isOrderable : attribute.isSearchable else {
            let known = attributes.filter { toOrder ? $0.value.isOrderable : $0.value.isSearchable }.keys.sorted()
            throw SearchError(
                "\(subject) cannot be \(toOrder ? "sorted by" : "searched for") the attribute '\(key.shortened)': "
                    + "allowed are \(known.joined(separator: ", "))"
            )
        }
        return (name, attribute)
    }

    func noEntity(_ name: String, toOrder: Bool) -> SearchError {
        let known = toOrder ? orderable : Set(entities.keys)
        let names = SearchField.Entity.allCases.filter { $0 == .attribute || known.contains($0) }.map(\.name)
        return SearchError(
            "\(subject) cannot be \(toOrder ? "sorted by" : "searched for") '\(name.shortened)': "
                + "allowed are \(names.joined(separator: ", ")), followed by a dot and a name"
        )
    }
}
