internal import Datasets
internal import JobSubmission
internal import Jobs
internal import MLflowAPI
internal import Postgres

/// What a form is filled in with.
enum SubmitValues {
    static func defaults(_ kind: SubmitKind) -> [String: String] {
        switch kind {
        case .train: ["data": "diabetes", "experiment": "Default", "model_name": "model"]
        case .predict: ["data": "diabetes", "experiment": "Default"]
        }
    }

    /// What a link says. The names are the options of `submit` without their dashes:
    /// `/submit/train?data=diabetes&n-estimators=50,100&max-depth=5&register=forest` and
    /// `/submit/predict?model=models:/forest@champion&data=diabetes&rows=0..<5`. `data` is a built-in set's name,
    /// `table:…` or `query:…`; `tag` is given once for each tag, as `key=value`; flags are `true` or `false`.
    static func of(_ query: Query, _ kind: SubmitKind) -> [String: String] {
        var values: [String: String] = [:]
        for name in kind.fieldNames where name != "file" {
            let given = query.all(name.replacing("_", with: "-"))
            // Only tags are lists; the first of other values counts.
            values[name] = name == "tag" && !given.isEmpty ? given.joined(separator: "\n") : given.first
        }
        if let data = values["data"], data.hasPrefix("table:") || data.hasPrefix("query:") {
            values["sql"] = data
            values["data"] = SubmitAnswers.sql
        }
        return values
    }

    /// What a job was told, its seeds included, so that the same comes out.
    static func of(_ job: JobSummary, _ kind: SubmitKind) throws -> [String: String] {
        guard job.kind == kind.rawValue else {
            throw MLflowError(.invalidParameterValue, "Job \(job.id) is not a \(kind.rawValue) job.")
        }
        var values = ["experiment": job.experiment ?? "Default", "queue": job.queue]
        if job.priority != 0 { values["priority"] = String(job.priority) }
        switch kind {
        case .train:
            let told = try job.spec.decode(TrainForest.self)
            values.merge(data(told.data)) { $1 }
            for (name, value) in told.params where !isDefault(name, value) {
                guard let option = ForestOption(rawValue: name) else { continue }
                values[SubmitAnswers.name(of: option)] = value == "None" ? "none" : value
            }
            values["random_state"] = String(told.randomState)
            values["split_seed"] = String(told.splitSeed)
            values["test_size"] = told.testSize.description
            values["sample_weight"] = told.data.sampleWeight
            values["model_name"] = told.modelName
            values["register"] = told.registeredName
            values["alias"] = told.alias
            values["if_better"] = told.ifBetter
            values["shards"] = told.shards.map { String($0) }
        case .predict:
            let told = try job.spec.decode(PredictRows.self)
            values.merge(data(told.data)) { $1 }
            values["model"] = told.modelURI
            values["rows"] = told.rows?.description
        }
        return values
    }

    private static func data(_ selection: DataSelection) -> [String: String] {
        var values: [String: String] = [:]
        switch selection.source {
        case .builtIn(let name): values["data"] = name
        case .file(let name, let digest):
            values["data"] = SubmitAnswers.upload
            values["digest"] = digest
            values["file_name"] = name
        case .table, .query:
            values["data"] = SubmitAnswers.sql
            values["sql"] = selection.source.description
        }
        values["target"] = selection.target
        values["features"] = selection.features?.joined(separator: ",")
        values["categorical"] = selection.categorical?.description
        return values
    }

    /// What need not be said, so that the form shows what was chosen.
    private static func isDefault(_ name: String, _ value: String) -> Bool {
        let defaults: [String: Set<String>] = [
            "bootstrap": ["True"], "ccp_alpha": ["0.0"], "class_weight": ["None"], "max_depth": ["None"],
            "max_leaf_nodes": ["None"], "max_samples": ["None"], "min_impurity_decrease": ["0.0"],
            "min_samples_leaf": ["1"], "min_samples_split": ["2"], "min_weight_fraction_leaf": ["0.0"],
            "monotonic_cst": ["None"], "oob_score": ["False"], "splitter": ["exact"],
        ]
        return defaults[name]?.contains(value) ?? false
    }
}
