internal import Postgres

extension Invariant {
    /// What a run of a training job leaves at the least; all leave the same.
    private static let files: SQL = """
        array[
            'feature_importance.svg', 'metrics.json', 'model/MLmodel', 'model/model.onnx', 'predictions.csv',
            'residuals.svg', 'scatter.png', 'scatter.svg'
        ]
        """

    /// What is published is whole, and a function of what was asked for.
    static let contents = [
        Invariant(
            name: "every run that succeeded in training has all its metrics, artifacts and its model",
            checked: "select count(*) from coppice.finished_jobs where kind = 'train' and state = 'succeeded'",
            violations: """
                select format('job %s: metrics %s; files %s; %s models', f.job_id, made.metrics, made.files, made.models)
                from coppice.finished_jobs f
                left join coppice.attempts a on a.job_id = f.job_id and a.outcome = 'succeeded'
                cross join lateral (
                    select
                        (select array_agg(m.key order by m.key) from coppice.latest_metrics m where m.run_no = a.run_no)
                            as metrics,
                        (select array_agg(x.path::text order by x.path) from coppice.artifacts x where x.run_no = a.run_no)
                            as files,
                        (select count(*) from coppice.logged_models l where l.run_no = a.run_no and l.status = 'READY')
                            as models
                ) made
                where f.kind = 'train' and f.state = 'succeeded' and (
                    made.metrics is distinct from array['explained_variance', 'mae', 'max_error', 'r2', 'rmse']
                    or not coalesce(made.files @> \(files), false) or made.models <> 1
                    or made.files <> (
                        -- What most of them have.
                        select mode() within group (order by x.files)
                        from (
                            select array_agg(path::text order by path) as files
                            from coppice.artifacts group by run_no having count(*) > 1
                        ) x
                    )
                )
                """
        ),
        Invariant(
            name: "every run that succeeded in predicting has a prediction for each row",
            checked: "select count(*) from coppice.finished_jobs where kind = 'predict' and state = 'succeeded'",
            violations: """
                select format('job %s: %s predictions for the rows %s', f.job_id, p.count, f.spec->>'rows')
                from coppice.finished_jobs f
                left join coppice.attempts a on a.job_id = f.job_id and a.outcome = 'succeeded'
                cross join lateral (
                    select count(*), min(row_index) as first, max(row_index) as last
                    from coppice.predictions p where p.run_no = a.run_no
                ) p
                where f.kind = 'predict' and f.state = 'succeeded'
                    and format('%s..<%s:%s', p.first, p.last + 1, p.count)
                        <> format('%s:%s', f.spec->>'rows', substring(f.spec->>'rows' from '\\d+$'))
                """
        ),
        Invariant(
            name: "the digest of every artifact is that of its bytes",
            checked: "select count(*) from coppice.artifacts",
            violations: """
                select format('blob %s in %s', encode(b.digest, 'hex'), b.location)
                from coppice.blobs b
                cross join lateral (
                    select coalesce(
                        case when b.location = 'postgres' then (
                            select string_agg(c.bytes, ''::bytea order by c.chunk_no)
                            from coppice.blob_chunks c where c.digest = b.digest
                        ) else pg_read_binary_file(
                            format('%s/%s/%s', substring(b.location from '^file://(.*)$'),
                                left(encode(b.digest, 'hex'), 2), encode(b.digest, 'hex')), 0, b.size + 1, true
                        ) end,
                        ''
                    ) as bytes
                ) c
                where sha256(c.bytes) <> b.digest or length(c.bytes) <> b.size
                """
        ),
        Invariant(
            name: "every time is the database's: metrics and log lines are from within their attempt",
            checked: "select count(*) from coppice.metrics",
            violations: """
                select format('job %s, attempt %s: %s of %s', a.job_id, a.attempt, x.what, x.logged_at)
                from coppice.attempts a
                cross join lateral (
                    select 'metric ' || m.key as what, m.logged_at from coppice.metrics m where m.run_no = a.run_no
                    union all
                    select 'log line ' || l.line_no, l.logged_at
                    from coppice.job_log l where l.job_id = a.job_id and l.attempt = a.attempt
                ) x
                -- Clocks of workers are up to an hour off; one that sleeps while it publishes is a few seconds late.
                where x.logged_at not between a.started_at - interval '30 s' and a.ended_at + interval '30 s'
                """
        ),
        Invariant(
            name: "the same seed gives the same bytes",
            checked: """
                select count(distinct (l.recipe, x.path))
                from chaos.ledger l join coppice.finished_jobs f using (client_token)
                join coppice.attempts a on a.job_id = f.job_id and a.outcome = 'succeeded'
                join coppice.artifacts x on x.run_no = a.run_no
                """,
            violations: """
                select format('%s, %s: %s contents', l.recipe, x.path, count(distinct x.digest))
                from chaos.ledger l join coppice.finished_jobs f using (client_token)
                join coppice.attempts a on a.job_id = f.job_id and a.outcome = 'succeeded'
                join coppice.artifacts x on x.run_no = a.run_no
                -- This one names its run.
                where x.path <> 'model/MLmodel'
                group by l.recipe, x.path having count(distinct x.digest) > 1
                """
        ),
    ]
}
