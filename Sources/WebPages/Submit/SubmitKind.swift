internal import Datasets
internal import JobSubmission

/// What can be submitted, and what is asked for it.
enum SubmitKind: String, Sendable {
    case train, predict

    var title: String {
        switch self {
        case .train: "Train a forest"
        case .predict: "Predict rows"
        }
    }

    var button: String {
        switch self {
        case .train: "Queue training"
        case .predict: "Queue prediction"
        }
    }

    var groups: [SubmitGroup] {
        switch self {
        case .train: [Self.data] + [forestMain, registering] + [forestMore, split] + [Self.tracking, Self.queueing]
        case .predict: [model, Self.data, Self.tracking, Self.queueing]
        }
    }

    var fieldNames: [String] { groups.flatMap(\.fields).map(\.name) }

    private static let data = SubmitGroup(
        "Data",
        [
            SubmitField(
                "data",
                "Data",
                kind: .choice(
                    BuiltInDataset.allCases.map { ($0.rawValue, $0.rawValue) } + [
                        (SubmitAnswers.upload, "a CSV file"), (SubmitAnswers.sql, "a table or a query"),
                    ]
                )
            ),
            SubmitField("file", "CSV file", hint: "With a header row; for 'a CSV file'.", kind: .file),
            SubmitField(
                "sql",
                "Table or query",
                hint: "table:SCHEMA.NAME or query:SELECT …, read as the role coppice_data."
            ),
            SubmitField("target", "Target column", hint: "The last one if empty."),
            SubmitField("features", "Feature columns", hint: "Separated by commas; all others if empty."),
        ]
    )

    private var model: SubmitGroup {
        SubmitGroup(
            "Model",
            [
                SubmitField(
                    "model",
                    "Model",
                    hint: "models:/NAME/VERSION, models:/NAME@ALIAS, runs:/RUN_ID/PATH or job:ID"
                ),
                SubmitField("rows", "Rows", hint: "Such as 0..<5; all if empty."),
            ]
        )
    }

    private var forestMain: SubmitGroup {
        SubmitGroup(
            "Forest",
            [
                Self.field(.treeCount, "Trees", "100 if empty; 50,100,200 tries three."),
                Self.field(.maxDepth, "Depth at most", "A number or none; none if empty."),
                Self.field(.maxFeatures, "Features tried at a split", "sqrt, log2, none, a number or a share."),
                Self.field(.minSamplesLeaf, "Rows in a leaf at least", "1 if empty."),
                Self.field(.randomState, "Seed", "Drawn and recorded if empty."),
            ],
            hint: "Several values of a field, separated by commas, make a sweep: each combination is trained."
        )
    }

    private var forestMore: SubmitGroup {
        SubmitGroup(
            "More about the forest",
            [
                Self.field(.task, "Task", "regression or classification; what the target asks for if empty."),
                Self.field(
                    .criterion,
                    "Criterion",
                    "squared_error, absolute_error, friedman_mse, poisson; gini, entropy, log_loss."
                ),
                Self.field(.minSamplesSplit, "Rows to split at least", "2 if empty."),
                Self.field(.minWeightFractionLeaf, "Share of the weight in a leaf", "0 if empty."),
                Self.field(.maxLeafNodes, "Leaves at most", "none if empty."),
                Self.field(.minImpurityDecrease, "Decrease of impurity at least", "0 if empty."),
                Self.field(.bootstrap, "Bootstrap", "true or false; true if empty."),
                Self.field(.maxSamples, "Rows drawn for a tree", "none if empty."),
                Self.field(.oobScore, "Out-of-bag score", "true or false; false if empty."),
                Self.field(.ccpAlpha, "Pruning", "Price of a leaf; 0 if empty."),
                Self.field(
                    .monotonicConstraints,
                    "Monotonic constraints",
                    "-1, 0 or 1 for each feature, separated by colons."
                ),
                Self.field(.classWeight, "Class weights", "balanced, balanced_subsample or none."),
                Self.field(.splitter, "Splitter", "exact, hist or auto; exact if empty."),
                SubmitField("sample", "Points of the sweep to draw", hint: "All if empty."),
                SubmitField("sample_seed", "Seed of that draw", hint: "Drawn and recorded if empty."),
                SubmitField("shards", "Shards", hint: "So many jobs grow the trees."),
            ],
            isOptional: true
        )
    }

    private var split: SubmitGroup {
        SubmitGroup(
            "Test rows, weights and categories",
            [
                SubmitField("test_size", "Test rows", hint: "A share such as 0.25, or a number of rows."),
                SubmitField("split_seed", "Seed of the split", hint: "Drawn and recorded if empty."),
                SubmitField("sample_weight", "Column of weights", hint: "How much each row counts."),
                SubmitField(
                    "categorical",
                    "Columns of categories",
                    hint: "Features that are text: names, separated by commas, or all. Refused if empty."
                ),
            ],
            isOptional: true
        )
    }

    private var registering: SubmitGroup {
        SubmitGroup(
            "Model",
            [
                SubmitField("register", "Register as", hint: "The model that gets a new version; none if empty."),
                SubmitField("alias", "Alias", hint: "Such as champion: it moves to the new version …"),
                SubmitField("if_better", "… only if better by", hint: "A metric such as rmse or accuracy."),
                SubmitField("model_name", "Folder of the model", hint: "Among the artifacts of the run."),
            ]
        )
    }

    private static let tracking = SubmitGroup(
        "Run",
        [
            SubmitField("experiment", "Experiment", hint: "Made if it is new."),
            SubmitField("run_name", "Name of the run", hint: "Made up if empty."),
            SubmitField("tag", "Tags", hint: "One a line: key=value", kind: .area),
        ]
    )

    private static let queueing = SubmitGroup(
        "When and where it runs",
        [
            SubmitField("queue", "Queue"),
            SubmitField("after", "After jobs", hint: "Ids of jobs that must succeed first, separated by commas."),
            SubmitField("priority", "Priority", hint: "Higher is claimed first; 0 if empty."),
            SubmitField("delay", "Not before, in minutes", hint: "From now; at once if empty."),
            SubmitField("at", "Not before, as a time", hint: "Such as 2030-01-31T08:00:00Z; or in minutes, not both."),
            SubmitField("max_attempts", "Failures that end it", hint: "3 if empty."),
            SubmitField("timeout", "Time for an attempt, in minutes", hint: "No limit if empty."),
            SubmitField("unique", "Unique key", hint: "No two live jobs have the same."),
        ],
        isOptional: true
    )

    private static func field(_ option: ForestOption, _ label: String, _ hint: String) -> SubmitField {
        SubmitField(SubmitAnswers.name(of: option), label, hint: hint)
    }
}
