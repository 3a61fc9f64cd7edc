internal import Postgres

extension TrackingStore {
    /// Logs entries of several requests together; each is logged whole or fails alone. The outcomes are in their order.
    func log(_ entries: [LogEntry]) async -> [Result<Void, any Error>] {
        do {
            let refusals = try await logTogether(entries)
            return refusals.map { refusal in refusal.map { .failure($0) } ?? .success(()) }
        } catch {
            if entries.count == 1 || (error as? PostgresError)?.isConnectionLoss == true {
                return entries.map { _ in .failure(error) }
            }
            // One of them is at fault. Which one, they find out alone.
            var outcomes: [Result<Void, any Error>] = []
            for entry in entries { outcomes += await log([entry]) }
            return outcomes
        }
    }

    /// For each entry nil, or why it was refused. Throws if nothing was logged.
    private func logTogether(_ entries: [LogEntry]) async throws -> [TrackingError?] {
        if entries.allSatisfy(\.isOnlyMetrics) {
            // One statement is a transaction of its own: one round trip.
            return try await log(entries.map { MetricBatch(run: $0.run, metrics: $0.metrics) })
        }
        return try await pool.withTransaction { session in
            try entries.map { entry in
                let run: Run.Number
                do {
                    run = try Self.requireActive(entry.run, in: session)
                } catch let error as TrackingError {
                    return error
                }
                try Self.log(params: entry.params, run: run, in: session)
                try Self.log(metrics: entry.metrics, run: run, in: session)
                try Self.setTags(entry.tags, run: run, in: session)
                try Self.logModelMetrics(entry, run: run, in: session)
                return nil
            }
        }
    }

    /// Logs the metrics that were measured on a logged model to that model too.
    private static func logModelMetrics(
        _ entry: LogEntry,
        run: Run.Number,
        in session: borrowing Session
    ) throws {
        let measured = zip(entry.metrics, entry.models).compactMap { metric, owner in owner.map { (metric, $0) } }
        guard !measured.isEmpty else { return }
        let logged = try session.execute(
            """
            with given as materialized (
                select *
                from unnest(
                    \(measured.map(\.1.model.rawValue)), \(measured.map(\.0.key)), \(measured.map(\.0.step)),
                    \(measured.map(\.0.timestamp)), \(measured.map(\.0.value)), \(measured.map(\.1.datasetName)),
                    \(measured.map(\.1.datasetDigest))
                ) as given (model_id, key, step, logged_at, value, dataset_name, dataset_digest)
            ), logged as (
                insert into coppice.logged_model_metrics (
                    model_no, run_no, key, step, logged_at, value, dataset_name, dataset_digest
                )
                select g.model_no, \(run), key, step, logged_at, value, dataset_name, dataset_digest
                from given join coppice.logged_models g on g.model_id = given.model_id
                order by g.model_no, key, step, logged_at, value
                on conflict do nothing
            )
            select given.model_id
            from given
            where not exists (select from coppice.logged_models g where g.model_id = given.model_id)
            limit 1
            """
        )
        guard let missing = try logged.first?.string(0) else { return }
        throw TrackingError(.notFound, "there is no logged model '\(missing.shortened)'")
    }
}
