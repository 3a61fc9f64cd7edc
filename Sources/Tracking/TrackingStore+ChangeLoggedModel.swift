internal import Postgres

extension TrackingStore {
    /// Logs a model for a client: into an active experiment, from the run with this id if there is one.
    ///
    /// Throws `TrackingError`: `notFound`, `deleted` (experiment), `alreadyExists`, `invalid`.
    public func createLoggedModel(_ model: NewLoggedModel, run id: Run.ID? = nil) async throws -> LoggedModel {
        var model = model
        model.params = try Validation.cutParams(model.params)
        model.tags = try Validation.cutTags(model.tags)
        model.isOutput = false
        return try await pool.withTransaction { [model] session in
            try Self.requireActive(model.experiment, in: session)
            var model = model
            if let id {
                guard !id.rawValue.utf8.contains(0),
                    let row = try session.execute("select run_no from coppice.runs where run_id = \(id)").first
                else { throw TrackingError.noRun(id) }
                model.run = Run.Number(rawValue: try row.int64(0))
            }
            return try Self.createLoggedModel(model, in: session)
        }
    }

    /// Says how complete a model is. Throws `TrackingError.notFound`.
    public func finalizeLoggedModel(_ id: LoggedModel.ID, status: LoggedModel.Status) async throws -> LoggedModel {
        try await changeLoggedModel(id, "status = \(status), updated_at = clock_timestamp()")
    }

    /// Marks a model as deleted. Throws `TrackingError.notFound`.
    public func deleteLoggedModel(_ id: LoggedModel.ID) async throws {
        _ = try await changeLoggedModel(id, "lifecycle_stage = 'deleted', updated_at = clock_timestamp()")
    }

    /// Sets tags of a model. Throws `TrackingError`: `notFound`, `invalid`.
    public func setTags(_ tags: [String: String], model id: LoggedModel.ID) async throws {
        let entries = try Validation.cutTags(tags).sorted { $0.key < $1.key }
        try await pool.withTransaction { session in
            let number = try Self.loggedModelNumber(id, in: session)
            try session.execute(
                """
                insert into coppice.logged_model_tags (model_no, key, value)
                select \(number), key, value
                from unnest(\(entries.map(\.key)), \(entries.map(\.value))) as given (key, value)
                on conflict (model_no, key) do update set value = excluded.value
                """
            )
        }
    }

    /// Removes a tag of a model. Throws `TrackingError.notFound`.
    public func deleteTag(_ key: String, model id: LoggedModel.ID) async throws {
        try await pool.withTransaction { session in
            let number = try Self.loggedModelNumber(id, in: session)
            let removed = try session.execute(
                "delete from coppice.logged_model_tags where model_no = \(number) and key = \(key)"
            )
            guard removed.affectedCount == 1 else {
                throw TrackingError(.notFound, "model \(id) has no tag '\(key.shortened)'")
            }
        }
    }

    /// Logs parameters of a model; one that it has already throws `TrackingError.conflict`, unless it is the same.
    ///
    /// Throws also `notFound` and `invalid`.
    public func log(params: [String: String], model id: LoggedModel.ID) async throws {
        let entries = try Validation.cutParams(params).sorted { $0.key < $1.key }
        try await pool.withTransaction { session in
            let number = try Self.loggedModelNumber(id, in: session)
            try session.execute(
                """
                insert into coppice.logged_model_params (model_no, key, value)
                select \(number), key, value
                from unnest(\(entries.map(\.key)), \(entries.map(\.value))) as given (key, value)
                on conflict (model_no, key) do nothing
                """
            )
            let changed = try session.execute(
                """
                select p.key
                from unnest(\(entries.map(\.key)), \(entries.map(\.value))) as given (key, value)
                join coppice.logged_model_params p on p.model_no = \(number) and p.key = given.key
                where p.value <> given.value
                order by p.key
                limit 1
                """
            )
            guard let row = changed.first else { return }
            throw TrackingError(
                .conflict,
                "parameter '\(try row.string("key"))' of model \(id) was logged with another value before"
            )
        }
    }

    /// Logs metrics of models that an active run measured. Throws `TrackingError`: `notFound`, `deleted`, `invalid`.
    public func log(modelMetrics metrics: [(model: LoggedModel.ID, metric: LoggedModelMetric)], run id: Run.ID)
        async throws
    {
        try Validation.metrics(metrics.map(\.metric.metric))
        guard !metrics.isEmpty else { return }
        let models = metrics.map(\.model.rawValue)
        let points = metrics.map(\.metric.metric)
        let names = metrics.map(\.metric.datasetName)
        let digests = metrics.map(\.metric.datasetDigest)
        try await pool.withTransaction { session in
            let run = try Self.requireActive(id, in: session)
            let known = try session.execute(
                "select model_id from coppice.logged_models where model_id = any(\(models))"
            )
            .map { row in try row.string(0) }
            if let unknown = models.first(where: { !known.contains($0) }) {
                throw TrackingError.noLoggedModel(LoggedModel.ID(rawValue: unknown))
            }
            try session.execute(
                """
                insert into coppice.logged_model_metrics (
                    model_no, run_no, key, step, logged_at, value, dataset_name, dataset_digest
                )
                select g.model_no, \(run), given.key, given.step, given.logged_at, given.value, given.name, given.digest
                from unnest(
                    \(models), \(points.map(\.key)), \(points.map(\.step)), \(points.map(\.timestamp)),
                    \(points.map(\.value)), \(names), \(digests)
                ) as given (model_id, key, step, logged_at, value, name, digest)
                join coppice.logged_models g on g.model_id = given.model_id
                on conflict do nothing
                """
            )
        }
    }

    private func changeLoggedModel(_ id: LoggedModel.ID, _ change: SQL) async throws -> LoggedModel {
        try await pool.withTransaction { session in
            let number = try Self.loggedModelNumber(id, in: session)
            try session.execute("update coppice.logged_models set \(change) where model_no = \(number)")
            guard let model = try Self.loggedModels(where: "g.model_no = \(number)", limit: 1, in: session).first else {
                throw TrackingError.noLoggedModel(id)
            }
            return model
        }
    }

    static func loggedModelNumber(_ id: LoggedModel.ID, in session: borrowing Session) throws -> Int64 {
        guard !id.rawValue.utf8.contains(0),
            let row = try session.execute("select model_no from coppice.logged_models where model_id = \(id)").first
        else { throw TrackingError.noLoggedModel(id) }
        return try row.int64(0)
    }
}

extension TrackingError {
    static func noLoggedModel(_ id: LoggedModel.ID) -> TrackingError {
        TrackingError(.notFound, "there is no logged model '\(id.rawValue.shortened)'")
    }
}
