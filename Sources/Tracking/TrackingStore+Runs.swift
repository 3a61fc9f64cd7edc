internal import Postgres

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension TrackingStore {
    /// The run with this id, in whatever lifecycle stage.
    public func run(_ id: Run.ID) async throws -> Run? {
        guard !id.rawValue.utf8.contains(0) else { return nil }
        return try await pool.withSession { session in
            try Self.runs(where: "r.run_id = \(id)", limit: 1, in: session).first
        }
    }

    /// The run with this number, in whatever lifecycle stage.
    public func run(_ number: Run.Number) async throws -> Run? {
        try await pool.withSession { session in
            try Self.runs(where: "r.run_no = \(number)", limit: 1, in: session).first
        }
    }

    /// The run of the latest attempt of a job, or of the given one.
    public func run(ofJob job: Int64, attempt: Int? = nil) async throws -> Run? {
        try await pool.withSession { session in
            let condition: SQL = attempt.map { "r.attempt = \(Int64($0))" } ?? "true"
            return try Self.runs(
                where: "r.job_id = \(job) and \(condition)",
                orderedBy: "r.attempt desc",
                limit: 1,
                in: session
            ).first
        }
    }

    /// The one run whose id begins with `prefix`. Throws `TrackingError`: `notFound`; `ambiguous`.
    public func run(startingWith prefix: String) async throws -> Run {
        let isHex = prefix.utf8.allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
        }
        guard isHex, (1...32).contains(prefix.utf8.count) else {
            throw TrackingError(
                .notFound,
                "'\(prefix.shortened)' is not the id of a run: those are 32 hexadecimal digits, or the first few of them"
            )
        }
        let found = try await pool.withSession { session in
            // "g" sorts after every digit, so the range is exactly the ids with this beginning, and the index serves it.
            try Self.runs(where: "r.run_id >= \(prefix) and r.run_id < \(prefix + "g")", limit: 2, in: session)
        }
        guard let run = found.first else {
            throw TrackingError(
                .notFound,
                "there is no run '\(prefix)': 'coppice runs list' shows those that exist"
            )
        }
        guard found.count == 1 else {
            throw TrackingError(
                .ambiguous,
                "several runs have an id that begins with '\(prefix)': give more digits of it"
            )
        }
        return run
    }

    /// Runs in the given order, each with all that was logged to it, in one statement and so of one instant.
    static func runs(
        where condition: SQL,
        orderedBy order: SQL = "r.started_at desc, r.run_id",
        limit: Int,
        in session: borrowing Session
    ) throws -> [Run] {
        try runs(
            page: """
                select r.*, row_number() over (order by \(order)) as position
                from coppice.runs r
                where \(condition)
                order by position
                limit \(Int64(limit))
                """,
            in: session
        )
    }

    /// - Parameter page: Selects the columns of runs, and their `position`.
    private static func runs(page: SQL, in session: borrowing Session) throws -> [Run] {
        // What was logged is gathered for the runs that are returned, not for all that match.
        try session.execute(
            """
            with page as materialized (
                \(page)
            )
            select
                r.run_no, r.run_id, r.experiment_id, e.name as experiment_name, r.name, r.status, r.lifecycle_stage,
                r.user_id, r.started_at, r.ended_at, r.deleted_at, r.artifact_uri, r.job_id, r.attempt,
                (select parent.run_id from coppice.runs parent where parent.run_no = r.parent_run_no) as parent_run_id,
                p.keys as param_keys, p.values as param_values, t.keys as tag_keys, t.values as tag_values,
                m.keys as metric_keys, m.values as metric_values, m.steps as metric_steps, m.times as metric_times,
                (
                    select json_agg(json_build_object(
                        'name', d.name, 'digest', d.digest, 'sourceType', d.source_type, 'source', d.source,
                        'schema', d.schema, 'profile', d.profile, 'tags', i.tags
                    ) order by d.dataset_no)
                    from coppice.run_inputs i join coppice.datasets d on d.dataset_no = i.dataset_no
                    where i.run_no = r.run_no
                ) as inputs,
                (
                    select array_agg(g.model_id order by g.model_no)
                    from coppice.run_model_inputs i join coppice.logged_models g on g.model_no = i.model_no
                    where i.run_no = r.run_no
                ) as model_inputs,
                o.models as output_models, o.steps as output_steps
            from page r
            join coppice.experiments e on e.experiment_id = r.experiment_id
            cross join lateral (
                select array_agg(p.key) as keys, array_agg(p.value) as values
                from coppice.params p where p.run_no = r.run_no
            ) p
            cross join lateral (
                select array_agg(t.key) as keys, array_agg(t.value) as values
                from coppice.tags t where t.run_no = r.run_no
            ) t
            cross join lateral (
                select array_agg(m.key) as keys, array_agg(m.value) as values, array_agg(m.step) as steps,
                    array_agg(m.logged_at) as times
                from coppice.latest_metrics m where m.run_no = r.run_no
            ) m
            cross join lateral (
                select array_agg(g.model_id order by g.model_no) as models, array_agg(o.step order by g.model_no) as steps
                from coppice.run_outputs o join coppice.logged_models g on g.model_no = o.model_no
                where o.run_no = r.run_no
            ) o
            order by r.position
            """
        ).map { row in try Run(row, LoggedParts(row)) }
    }
}
