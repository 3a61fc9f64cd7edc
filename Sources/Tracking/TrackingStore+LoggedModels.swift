public import Postgres

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension TrackingStore {
    /// Logs a model, as an output of its run if it has one, as a part of a larger transaction.
    ///
    /// Throws `TrackingError`: `alreadyExists` if the id is taken, `invalid`.
    public static func createLoggedModel(
        _ model: NewLoggedModel,
        in session: borrowing Session
    ) throws -> LoggedModel {
        try Validation.loggedModel(model)
        let rows = try session.execute(
            """
            insert into coppice.logged_models (
                model_id, experiment_id, name, run_no, artifact_path, artifact_location, status, model_type, signature
            )
            values (
                \(model.id), \(model.experiment), \(model.name), \(model.run), \(model.artifactPath),
                \(model.artifactLocation), \(model.status), \(model.modelType),
                \(model.signature.map(JSONText.init))
            )
            on conflict (model_id) do nothing
            returning model_no
            """
        )
        guard let row = rows.first else {
            throw TrackingError(.alreadyExists, "there is a model with id \(model.id) already")
        }
        let number = LoggedModel.Number(rawValue: try row.int64("model_no"))
        try insertEntries("logged_model_params", model.params, model: number, in: session)
        try insertEntries("logged_model_tags", model.tags, model: number, in: session)
        if let run = model.run, model.isOutput {
            try session.execute(
                """
                insert into coppice.run_outputs (run_no, model_no) values (\(run), \(number)) on conflict do nothing
                """
            )
        }
        if let run = model.run { try insertMetrics(of: model, number: number, run: run, in: session) }
        guard let created = try loggedModels(where: "g.model_no = \(number)", limit: 1, in: session).first else {
            throw TrackingError(.notFound, "model \(model.id) disappeared while it was logged: try again")
        }
        return created
    }

    /// The logged model with this id, in whatever lifecycle stage.
    public func loggedModel(_ id: LoggedModel.ID) async throws -> LoggedModel? {
        guard !id.rawValue.utf8.contains(0) else { return nil }
        return try await pool.withSession { session in
            try Self.loggedModels(where: "g.model_id = \(id)", limit: 1, in: session).first
        }
    }

    /// The active models that a run logged, oldest first.
    public func loggedModels(of run: Run.Number) async throws -> [LoggedModel] {
        try await pool.withSession { session in
            try Self.loggedModels(where: "g.run_no = \(run) and g.lifecycle_stage = 'active'", limit: 1000, in: session)
        }
    }

    static func loggedModels(
        where condition: SQL,
        limit: Int,
        in session: borrowing Session
    ) throws -> [LoggedModel] {
        try loggedModelRows(where: condition, orderedBy: "g.model_no", limit: limit, in: session)
            .map { row in try LoggedModel(row) }
    }

    /// Rows of logged models; what else is selected comes after the columns that a model is read from.
    static func loggedModelRows(
        where condition: SQL,
        orderedBy order: SQL,
        selecting others: SQL = "true",
        limit: Int,
        in session: borrowing Session
    ) throws -> Rows {
        try session.execute(
            """
            select
                g.model_no, g.model_id, g.experiment_id, g.name, r.run_id, g.artifact_path, g.artifact_location,
                g.status, g.status_message, g.model_type, g.signature, g.lifecycle_stage, g.created_at, g.updated_at,
                p.keys as param_keys, p.values as param_values, t.keys as tag_keys, t.values as tag_values,
                m.keys as metric_keys, m.values as metric_values, m.steps as metric_steps, m.times as metric_times,
                m.runs as metric_runs, m.names as metric_names, m.digests as metric_digests, \(others)
            from coppice.logged_models g
            left join coppice.runs r on r.run_no = g.run_no
            cross join lateral (
                select array_agg(p.key) as keys, array_agg(p.value) as values
                from coppice.logged_model_params p where p.model_no = g.model_no
            ) p
            cross join lateral (
                select array_agg(t.key) as keys, array_agg(t.value) as values
                from coppice.logged_model_tags t where t.model_no = g.model_no
            ) t
            cross join lateral (
                select array_agg(m.key) as keys, array_agg(m.value) as values, array_agg(m.step) as steps,
                    array_agg(m.logged_at) as times, array_agg(m.run_id) as runs, array_agg(m.dataset_name) as names,
                    array_agg(m.dataset_digest) as digests
                from (
                    select distinct on (m.key, m.dataset_name, m.dataset_digest) m.*, measured.run_id
                    from coppice.logged_model_metrics m join coppice.runs measured on measured.run_no = m.run_no
                    where m.model_no = g.model_no
                    order by m.key, m.dataset_name, m.dataset_digest, m.logged_at desc, m.step desc, measured.run_id
                ) m
            ) m
            where \(condition)
            order by \(order)
            limit \(Int64(limit))
            """
        )
    }

    private static func insertEntries(
        _ table: String,
        _ entries: [String: String],
        model: LoggedModel.Number,
        in session: borrowing Session
    ) throws {
        guard !entries.isEmpty else { return }
        let entries = entries.sorted { $0.key < $1.key }
        try session.execute(
            """
            insert into coppice.\(identifier: table) (model_no, key, value)
            select \(model), key, value
            from unnest(\(entries.map(\.key)), \(entries.map(\.value))) as given (key, value)
            """
        )
    }

    private static func insertMetrics(
        of model: NewLoggedModel,
        number: LoggedModel.Number,
        run: Run.Number,
        in session: borrowing Session
    ) throws {
        guard !model.metrics.isEmpty else { return }
        try session.execute(
            """
            insert into coppice.logged_model_metrics (
                model_no, run_no, key, step, logged_at, value, dataset_name, dataset_digest
            )
            select
                \(number), \(run), key, step, logged_at, value,
                \(model.metricsDataset?.name)::text, \(model.metricsDataset?.digest)::text
            from unnest(
                \(model.metrics.map(\.key)), \(model.metrics.map(\.step)), \(model.metrics.map(\.timestamp)),
                \(model.metrics.map(\.value))
            ) as given (key, step, logged_at, value)
            on conflict do nothing
            """
        )
    }
}

extension LoggedModel {
    /// So many columns it is read from.
    static let columnCount = 25

    init(_ row: Row) throws {
        self.init(
            number: Number(rawValue: try row.int64("model_no")),
            id: ID(rawValue: try row.string("model_id")),
            experiment: Experiment.ID(rawValue: try row.int64("experiment_id")),
            name: try row.string("name"),
            run: try row.stringOrNil("run_id").map(Run.ID.init(rawValue:)),
            artifactPath: try row.stringOrNil("artifact_path"),
            artifactLocation: try row.stringOrNil("artifact_location"),
            status: try row.label("status"),
            statusMessage: try row.stringOrNil("status_message"),
            modelType: try row.stringOrNil("model_type"),
            signature: try row.stringOrNil("signature"),
            stage: try row.label("lifecycle_stage"),
            createdAt: try row.date("created_at"),
            updatedAt: try row.date("updated_at"),
            params: try row.dictionary("param_keys", "param_values"),
            tags: try row.dictionary("tag_keys", "tag_values"),
            metrics: try Self.metrics(row)
        )
    }

    private static func metrics(_ row: Row) throws -> [LoggedModelMetric] {
        guard let keys = try row.decode([String]?.self, "metric_keys") else { return [] }
        let values = try row.decode([Double].self, "metric_values")
        let steps = try row.decode([Int64].self, "metric_steps")
        let times = try row.decode([Date].self, "metric_times")
        let runs = try row.decode([String].self, "metric_runs")
        let names = try row.decode([String?].self, "metric_names")
        let digests = try row.decode([String?].self, "metric_digests")
        return keys.indices.map { index in
            LoggedModelMetric(
                Metric(key: keys[index], value: values[index], step: steps[index], timestamp: times[index]),
                run: Run.ID(rawValue: runs[index]),
                datasetName: names[index],
                datasetDigest: digests[index]
            )
        }
    }
}

extension Validation {
    static func loggedModel(_ model: NewLoggedModel) throws(TrackingError) {
        try length(model.name, of: "the name of a model", min: 1, max: 500)
        try params(model.params)
        try tags(model.tags)
        try metrics(model.metrics)
    }
}
