internal import Postgres

extension Invariant {
    /// Versions are what jobs made.
    static let registry = [
        versionIffSucceeded,
        Invariant(
            name: "version numbers have no gaps",
            checked: "select count(*) from coppice.model_versions",
            violations: """
                select format('%s: %s versions up to %s, the next is %s', m.name, v.count, v.last, m.next_version)
                from coppice.registered_models m
                cross join lateral (
                    select count(*)::integer as count, coalesce(max(version), 0) as last
                    from coppice.model_versions v where v.registered_model_no = m.registered_model_no
                ) v
                where (v.count, v.last) <> (m.next_version - 1, m.next_version - 1)
                """
        ),
        Invariant(
            name: "versions are numbered in the order of their commits",
            checked: "select count(*) from coppice.model_versions",
            violations: """
                select format('version %s was committed before version %s', version, version - 1)
                from (
                    select version, pg_xact_commit_timestamp(xmin) as committed, lag(pg_xact_commit_timestamp(xmin))
                        over (partition by registered_model_no order by version) as before
                    from coppice.model_versions
                ) v
                where committed < before
                """
        ),
        Invariant(
            name: "an alias that moves only to better versions is at the best",
            checked: "select count(*) from coppice.registered_model_aliases",
            violations: """
                select format('%s: the champion has %s, the best is %s', name, champion, best)
                from (
                    select m.name, min(r.value) as best, min(r.value) filter (where a.version = v.version) as champion
                    from coppice.registered_models m
                    join coppice.model_versions v using (registered_model_no)
                    join coppice.latest_metrics r on r.run_no = v.run_no and r.key = 'rmse'
                    left join coppice.registered_model_aliases a
                        on a.registered_model_no = m.registered_model_no and a.alias = 'champion'
                    group by m.name
                ) m
                where champion is distinct from best
                """
        ),
    ]

    static let versionIffSucceeded = Invariant(
        name: "a version exists if and only if its job succeeded, and it is of the run that did",
        checked: "select count(*) from coppice.model_versions",
        violations: """
            select format('job %s %s: %s versions, %s of its run', f.job_id, f.state, v.count, v.own)
            from coppice.finished_jobs f
            join chaos.ledger l using (client_token)
            left join coppice.attempts a on a.job_id = f.job_id and a.outcome = 'succeeded'
            cross join lateral (
                select count(*), count(*) filter (where v.run_no = a.run_no) as own
                from coppice.model_versions v where v.job_id = f.job_id
            ) v
            where array[v.count, v.own]
                <> case when f.state = 'succeeded' and l.model is not null then array[1::bigint, 1] else array[0::bigint, 0] end
            union all
            select format('version %s of no ended job', v.version)
            from coppice.model_versions v
            where not exists (select from coppice.finished_jobs f where f.job_id = v.job_id)
            """
    )
}
