public import Postgres

extension TrackingStore {
    /// Says what data a run used, as a part of a larger transaction.
    ///
    /// `context` is what it was used for: `training`, `evaluation`, … The same dataset again changes nothing.
    /// Throws `TrackingError.invalid`.
    public static func logInput(
        dataset: DatasetInfo,
        context: String,
        run: Run.Number,
        experiment: Experiment.ID,
        in session: borrowing Session
    ) throws {
        try logInputs(
            [RunInput(dataset: dataset, tags: [RunInput.contextTag: context])],
            run: run,
            experiment: experiment,
            in: session
        )
    }

    /// Says what data a run used, as a part of a larger transaction.
    public static func logInputs(
        _ inputs: [RunInput],
        run: Run.Number,
        experiment: Experiment.ID,
        in session: borrowing Session
    ) throws {
        guard !inputs.isEmpty else { return }
        for input in inputs {
            try Validation.dataset(input.dataset)
            for (key, value) in input.tags {
                try Validation.length(
                    key,
                    of: "the name of a dataset's tag",
                    min: 1,
                    max: TrackingLimits.inputTagKeyLength
                )
                try Validation.length(
                    value,
                    of: "the value of a dataset's tag",
                    max: TrackingLimits.inputTagValueLength
                )
            }
        }
        let datasets = inputs.map(\.dataset)
        try session.execute(
            """
            insert into coppice.datasets (experiment_id, name, digest, source_type, source, schema, profile)
            select distinct on (name, digest) \(experiment), name, digest, source_type, source, schema, profile
            from unnest(
                \(datasets.map(\.name)), \(datasets.map(\.digest)), \(datasets.map(\.sourceType)),
                \(datasets.map(\.source)), \(datasets.map(\.schema)), \(datasets.map(\.profile))
            ) as given (name, digest, source_type, source, schema, profile)
            order by name, digest
            on conflict (experiment_id, name, digest) do nothing
            """
        )
        // A statement of its own, so that it sees a dataset that somebody else inserted just now.
        try session.execute(
            """
            insert into coppice.run_inputs (run_no, dataset_no, tags)
            select distinct on (d.dataset_no) \(run), d.dataset_no, given.tags
            from unnest(
                \(datasets.map(\.name)), \(datasets.map(\.digest)), \(try inputs.map { try JSONText(encoding: $0.tags) })
            ) as given (name, digest, tags)
            join coppice.datasets d
                on d.experiment_id = \(experiment) and d.name = given.name and d.digest = given.digest
            order by d.dataset_no
            on conflict (run_no, dataset_no) do nothing
            """
        )
    }

    /// The data that a run used.
    public func inputs(of run: Run.Number) async throws -> [RunInput] {
        try await pool.withSession { session in
            try session.execute(
                """
                select d.name, d.digest, d.source_type, d.source, d.schema, d.profile, i.tags
                from coppice.run_inputs i join coppice.datasets d on d.dataset_no = i.dataset_no
                where i.run_no = \(run)
                order by d.dataset_no
                """
            ).map { row in
                RunInput(
                    dataset: DatasetInfo(
                        name: try row.string("name"),
                        digest: try row.string("digest"),
                        sourceType: try row.string("source_type"),
                        source: try row.string("source"),
                        schema: try row.stringOrNil("schema"),
                        profile: try row.stringOrNil("profile")
                    ),
                    tags: try row.json("tags").decode()
                )
            }
        }
    }
}

/// A dataset that runs of an experiment used, and for what.
public struct DatasetSummary: Sendable, Hashable {
    public let experiment: Experiment.ID
    public let name: String
    public let digest: String
    /// `training`, `evaluation`, …; nil where nobody said.
    public let context: String?
}

extension TrackingStore {
    /// The datasets that runs of these experiments used, for a user to choose from; `limit` at most.
    public func datasets(usedIn experiments: [Experiment.ID], limit: Int = 1000) async throws -> [DatasetSummary] {
        try await pool.withSession { session in
            try session.execute(
                """
                select distinct d.experiment_id, d.name, d.digest, i.tags ->> \(RunInput.contextTag) as context
                from coppice.datasets d join coppice.run_inputs i on i.dataset_no = d.dataset_no
                where d.experiment_id = any(\(experiments.map(\.rawValue)))
                order by d.experiment_id, d.name, d.digest, context
                limit \(Int64(limit))
                """
            ).map { row in
                DatasetSummary(
                    experiment: Experiment.ID(rawValue: try row.int64(0)),
                    name: try row.string(1),
                    digest: try row.string(2),
                    context: try row.stringOrNil(3)
                )
            }
        }
    }
}
