internal import Postgres

extension TrackingStore {
    /// Logs metrics, parameters and tags to an active run, all or nothing.
    ///
    /// Values of parameters and tags longer than their limit are cut, as MLflow does.
    /// Throws `TrackingError`: `notFound`; `deleted`; `invalid`, also for more entries than a batch may have; `conflict`
    /// for a parameter that has another value.
    public func log(
        metrics: [Metric] = [],
        params: [String: String] = [:],
        tags: [String: String] = [:],
        run id: Run.ID
    ) async throws {
        try Validation.batch(metrics: metrics.count, params: params.count, tags: tags.count)
        if params.isEmpty, tags.isEmpty, !metrics.isEmpty {
            // One round trip.
            if let refusal = try await log([MetricBatch(run: id, metrics: metrics)])[0] { throw refusal }
            return
        }
        let params = try Validation.cutParams(params)
        let tags = try Validation.cutTags(tags)
        try await pool.withTransaction { session in
            let run = try Self.requireActive(id, in: session)
            try Self.log(params: params, run: run, in: session)
            try Self.log(metrics: metrics, run: run, in: session)
            try Self.setTags(tags, run: run, in: session)
        }
    }

    /// The number of an active run. Throws `TrackingError`: `notFound`, `deleted`.
    static func requireActive(_ id: Run.ID, in session: borrowing Session) throws -> Run.Number {
        let rows = try session.execute("select run_no, lifecycle_stage from coppice.runs where run_id = \(id)")
        guard let row = rows.first else { throw TrackingError.noRun(id) }
        guard try row.label("lifecycle_stage") == LifecycleStage.active else {
            throw TrackingError.runDeleted(id)
        }
        return Run.Number(rawValue: try row.int64("run_no"))
    }
}

extension TrackingError {
    static func noRun(_ id: Run.ID) -> TrackingError {
        TrackingError(
            .notFound,
            "there is no run '\(id.rawValue.shortened)': 'coppice runs list' shows those that exist"
        )
    }
}

extension Validation {
    static func batch(metrics: Int, params: Int, tags: Int) throws(TrackingError) {
        let counts = [
            ("metrics", metrics, TrackingLimits.metricsPerBatch),
            ("parameters", params, TrackingLimits.paramsPerBatch),
            ("tags", tags, TrackingLimits.tagsPerBatch),
            ("entries", metrics + params + tags, TrackingLimits.entriesPerBatch),
        ]
        for (what, count, limit) in counts where count > limit {
            throw TrackingError(
                .invalid,
                "a batch has \(count) \(what): at most \(limit) are allowed, log the rest in another"
            )
        }
    }
}
