internal import Postgres

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension TrackingStore {
    /// The runs with these numbers, in this order, each with all that was logged to it. For a transaction that sees one
    /// instant throughout.
    ///
    /// Each table is read once for all of them: a look into it for every run takes the server twice as long. And by plans
    /// that are kept: making them anew takes as long as carrying them out.
    static func runs(_ numbers: [Run.Number], in session: borrowing Session) throws -> [Run] {
        guard !numbers.isEmpty else { return [] }
        let asked = numbers.map(\.rawValue)
        try session.executeScript(unsafeRaw: "set local plan_cache_mode = force_generic_plan")
        let rows = try session.execute(
            """
            select
                r.run_no, r.run_id, r.experiment_id, e.name as experiment_name, r.name, r.status, r.lifecycle_stage,
                r.user_id, r.started_at, r.ended_at, r.deleted_at, r.artifact_uri, r.job_id, r.attempt,
                (select parent.run_id from coppice.runs parent where parent.run_no = r.parent_run_no) as parent_run_id
            from unnest(\(asked)) with ordinality as given (run_no, position)
            join coppice.runs r on r.run_no = given.run_no
            join coppice.experiments e on e.experiment_id = r.experiment_id
            order by given.position
            """
        )
        let logged = try loggedParts(of: asked, in: session)
        return try rows.map { row in try Run(row, logged[row.int64(0)] ?? LoggedParts()) }
    }

    private static func loggedParts(of asked: [Int64], in session: borrowing Session) throws -> [Int64: LoggedParts] {
        var logged: [Int64: LoggedParts] = [:]
        logged.reserveCapacity(asked.count)
        for row in try session.execute("select run_no, key, value from coppice.params where run_no = any(\(asked))") {
            logged[try row.int64(0), default: LoggedParts()].params[try row.string(1)] = try row.string(2)
        }
        for row in try session.execute("select run_no, key, value from coppice.tags where run_no = any(\(asked))") {
            logged[try row.int64(0), default: LoggedParts()].tags[try row.string(1)] = try row.string(2)
        }
        for row in try session.execute(
            "select run_no, key, value, step, logged_at from coppice.latest_metrics where run_no = any(\(asked))"
        ) {
            let metric = Metric(
                key: try row.string(1),
                value: try row.double(2),
                step: try row.int64(3),
                timestamp: try row.date(4)
            )
            logged[try row.int64(0), default: LoggedParts()].metrics[metric.key] = metric
        }
        // Few runs have any of these.
        for row in try session.execute(
            """
            select run_no, i.inputs, m.models as model_inputs, o.models as output_models, o.steps as output_steps
            from (
                select i.run_no, json_agg(json_build_object(
                    'name', d.name, 'digest', d.digest, 'sourceType', d.source_type, 'source', d.source,
                    'schema', d.schema, 'profile', d.profile, 'tags', i.tags
                ) order by d.dataset_no) as inputs
                from coppice.run_inputs i join coppice.datasets d on d.dataset_no = i.dataset_no
                where i.run_no = any(\(asked))
                group by i.run_no
            ) i
            full join (
                select i.run_no, array_agg(g.model_id order by g.model_no) as models
                from coppice.run_model_inputs i join coppice.logged_models g on g.model_no = i.model_no
                where i.run_no = any(\(asked))
                group by i.run_no
            ) m using (run_no)
            full join (
                select o.run_no, array_agg(g.model_id order by g.model_no) as models,
                    array_agg(o.step order by g.model_no) as steps
                from coppice.run_outputs o join coppice.logged_models g on g.model_no = o.model_no
                where o.run_no = any(\(asked))
                group by o.run_no
            ) o using (run_no)
            """
        ) {
            try logged[try row.int64(0), default: LoggedParts()].add(row)
        }
        return logged
    }
}
