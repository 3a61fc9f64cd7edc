internal import DataAccess
internal import Datasets
internal import DecisionForests
public import Jobs

extension SubmissionService {
    /// Checks and queues what was asked for: one train job, one in shards, or a sweep where options list values.
    ///
    /// - Returns: the jobs; of a sweep the one that sums up comes last, of one in shards the one that puts the forest
    ///   together.
    /// - Throws: `SubmissionError`, `DataError`, `TrackingError`, `RegistryError`, `JobError`: what was given and what is
    ///   allowed. `PostgresError`, `ArtifactError` when the store cannot be reached.
    public func submitAll(_ request: TrainRequest) async throws -> [SubmittedJob] {
        try await submit(prepare(request))
    }

    /// The same; returns the last of the jobs.
    public func submit(_ request: TrainRequest) async throws -> SubmittedJob {
        let jobs = try await submitAll(request)
        return jobs[jobs.count - 1]
    }

    /// Checks what was asked for and uploads its data, but queues nothing. Throws as `submit` does.
    func prepare(_ request: TrainRequest) async throws -> PreparedJob {
        if let grid = try SweepGrid(request.forest) {
            if request.shards != nil {
                throw SubmissionError(option: "--shards", "the jobs of a sweep run side by side already: leave it out")
            }
            return try await prepare(request, grid)
        }
        if request.sample != nil || request.sampleSeed != nil {
            throw SubmissionError(
                option: request.sample == nil ? "--sample-seed" : "--sample",
                "there is nothing to draw from: list values, such as --max-depth 5,10,none"
            )
        }
        if let shards = request.shards { return try await prepare(request, shards: shards) }
        return try await prepareOne(request)
    }

    private func prepareOne(_ request: TrainRequest) async throws -> PreparedJob {
        try check(request)
        let given = try request.data.found()
        let loaded = try await data.load(given, textColumns: request.categorical?.textColumns ?? [])
        let told = try told(request, given: given, table: loaded.table)
        try check(told, fits: try TrainableRows(told, in: loaded.table))

        try await data.upload(given, table: loaded.table, user: submitter.user)
        return prepared(
            kind: TrainForest.kind,
            spec: told,
            params: told.params,
            drawnSeeds: request.drawnSeeds,
            tracking: request.tracking,
            queueing: request.queueing
        )
    }

    /// What the job is told; still to be checked against the data.
    func told(_ request: TrainRequest, given: GivenData, table: Table) throws -> TrainForest {
        let hyperparameters = try request.forest.hyperparameters(
            task: Self.naturalTask(of: table, request, given: given)
        )
        return TrainForest(
            data: DataSelection(
                source: given.source,
                target: request.data.target,
                features: request.data.features,
                categorical: request.categorical,
                sampleWeight: request.sampleWeight
            ),
            testSize: request.testSize,
            splitSeed: request.splitSeed ?? .random(in: 0 ... .max),
            hyperparameters: hyperparameters,
            randomState: try request.forest.randomState ?? .random(in: 0 ... .max),
            modelName: request.modelName,
            registeredName: request.registeredName,
            alias: request.alias,
            ifBetter: request.ifBetter
        )
    }

    /// A classification where the target is text or the data set is known to be one; else a regression.
    private static func naturalTask(
        of table: Table,
        _ request: TrainRequest,
        given: GivenData
    ) throws -> Hyperparameters.Task {
        let column = try table.target(named: request.data.target, sampleWeight: request.sampleWeight)
        if case .labels = column.values { return .classification }
        if case .source(.builtIn(let name)) = given, request.data.target == nil {
            return try BuiltInDataset(named: name).isClassification ? .classification : .regression
        }
        return .regression
    }

    /// Everything about the data that would fail on the worker, found before anything is queued.
    func check(_ told: TrainForest, fits rows: TrainableRows) throws {
        if let metric = told.ifBetter, !told.metricNames.contains(metric) {
            throw SubmissionError(
                option: "--if-better",
                "this \(told.hyperparameters.task) will have no metric '\(metric)': give one of "
                    + told.metricNames.joined(separator: ", ")
                    + (metric == TrainForest.outOfBagScore ? ", or add --oob-score" : "")
            )
        }
        if told.hyperparameters.criterion == .absoluteError, let (row, column) = rows.labelled.firstMissingValue {
            throw SubmissionError(
                option: ForestOption.criterion.flag,
                "row \(row), column '\(column)' has no value, and absolute_error cannot train on missing values: "
                    + "fill it in, or choose another criterion"
            )
        }
        do {
            try told.hyperparameters.check(fit: rows.trainingSet)
        } catch {
            throw SubmissionError(error)
        }
    }
}

extension TrainRequest {
    /// The seeds that are drawn because none is given, as a job's spec and parameters call them.
    var drawnSeeds: [String] {
        (splitSeed == nil ? ["split_seed"] : []) + (forest[.randomState] == nil ? ["random_state"] : [])
    }
}

/// The rows that a train job would learn from: the same for all points of a sweep.
struct TrainableRows {
    let labelled: LabelledTable
    let trainingSet: TrainingSet

    /// - Throws: `DataError`, `SubmissionError` for what would fail on the worker.
    init(_ told: TrainForest, in table: Table) throws {
        labelled = try LabelledTable(
            table,
            target: told.data.target,
            features: told.data.features,
            categorical: told.data.categorical,
            sampleWeight: told.data.sampleWeight,
            task: told.hyperparameters.task
        )
        let split = try labelled.split(testSize: told.testSize, seed: told.splitSeed)
        do {
            trainingSet = try labelled.trainingSet(rows: split.train)
        } catch {
            throw SubmissionError(error)
        }
    }
}
