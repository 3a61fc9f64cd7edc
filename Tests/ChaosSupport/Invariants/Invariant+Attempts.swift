internal import Postgres

extension Invariant {
    /// The books of the attempts agree with those of the jobs.
    static let attempts = [
        Invariant(
            name: "a job succeeded if and only if its last attempt did, and no other",
            checked: "select count(*) from coppice.finished_jobs",
            violations: """
                select format('job %s %s after %s of %s', f.job_id, f.state, a.outcomes, f.attempt)
                from coppice.finished_jobs f
                cross join lateral (
                    select
                        string_agg(outcome::text, ' ' order by attempt) as outcomes,
                        count(*) filter (where outcome = 'succeeded') as succeeded,
                        count(*) filter (where outcome = 'succeeded' and attempt = f.attempt) as succeeded_last
                    from coppice.attempts where job_id = f.job_id
                ) a
                where array[a.succeeded, a.succeeded_last]
                    <> case when f.state = 'succeeded' then array[1::bigint, 1] else array[0::bigint, 0] end
                """
        ),
        Invariant(
            name: "attempts are numbered without gaps; failures and losses are counted",
            checked: "select count(*) from coppice.attempts",
            violations: """
                select format('job %s: %s', f.job_id, a)
                from coppice.finished_jobs f
                cross join lateral (
                    select
                        count(*)::integer as attempts, coalesce(max(attempt), 0) as last,
                        (count(*) filter (where outcome = 'failed'))::integer as failures,
                        (count(*) filter (where outcome = 'lost'))::integer as losses
                    from coppice.attempts where job_id = f.job_id
                ) a
                where (a.attempts, a.last, a.failures, a.losses) <> (f.attempt, f.attempt, f.failures, f.losses)
                """
        ),
        Invariant(
            name: "a job that failed had used up its attempts, or lost its worker five times",
            checked: "select count(*) from coppice.finished_jobs where state = 'failed'",
            violations: """
                select format('job %s: %s failures, %s losses: %s', job_id, failures, losses, error)
                from coppice.finished_jobs
                where state = 'failed' and failures < max_attempts and losses < 5
                """
        ),
        Invariant(
            name: "the run of each attempt ended as the attempt did",
            checked: "select count(*) from coppice.attempts",
            violations: """
                select format('attempt %s of job %s %s, its run %s', a.attempt, a.job_id, a.outcome, r.status)
                from coppice.attempts a left join coppice.runs r using (run_no)
                where r.status is distinct from case a.outcome
                    when 'succeeded' then 'FINISHED' when 'failed' then 'FAILED' else 'KILLED'
                end::coppice.run_status
                """
        ),
        onlySuccessPublishes,
    ]

    static let onlySuccessPublishes = Invariant(
        name: "an attempt that did not succeed published nothing",
        checked: "select count(*) from coppice.attempts where outcome <> 'succeeded'",
        violations: """
            select format('attempt %s of job %s %s: %s', a.attempt, a.job_id, a.outcome, found)
            from coppice.attempts a
            cross join lateral (
                select
                    (select count(*) from coppice.metrics m where m.run_no = a.run_no) as metrics,
                    (select count(*) from coppice.artifacts f where f.run_no = a.run_no) as artifacts,
                    (select count(*) from coppice.logged_models l where l.run_no = a.run_no) as models,
                    (select count(*) from coppice.model_versions v where v.run_no = a.run_no) as versions,
                    (select count(*) from coppice.prediction_runs p where p.run_no = a.run_no) as predictions
            ) found
            where a.outcome <> 'succeeded' and (metrics, artifacts, models, versions, predictions) <> (0, 0, 0, 0, 0)
            """
    )
}
