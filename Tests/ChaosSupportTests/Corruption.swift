import Postgres

/// Damage done by hand to a store in which all was well, and the invariant that has to notice.
struct Corruption: Sendable, CustomStringConvertible {
    let invariant: String
    let sql: String

    var description: String { invariant }

    static let all = [
        Corruption(
            invariant: "every acknowledged submission is one job, and it ended once",
            sql: "delete from coppice.finished_jobs where job_id = 1"
        ),
        Corruption(
            invariant: "every submission whose answer was lost is one job at most",
            sql: """
                update chaos.ledger set fate = 'unknown';
                update coppice.finished_jobs set client_token = (select client_token from coppice.finished_jobs where job_id = 1)
                where job_id = 2
                """
        ),
        Corruption(
            invariant: "no job that nobody submitted",
            sql:
                "delete from chaos.ledger where client_token = (select client_token from coppice.finished_jobs where job_id = 1)"
        ),
        Corruption(
            invariant: "each tick of a schedule is queued once, and none is left out",
            sql: "delete from coppice.schedule_ticks where tick = (select min(tick) from coppice.schedule_ticks)"
        ),
        Corruption(
            invariant: "no job is left, and no lease is held",
            sql: """
                insert into coppice.jobs (client_token, kind, spec, experiment_id, state, worker_id, lease_until)
                values (gen_random_uuid(), 'train', '{}', 0, 'running', 1, now())
                """
        ),
        Corruption(
            invariant: "no run is RUNNING",
            sql: "update coppice.runs set status = 'RUNNING' where job_id = 1"
        ),
        Corruption(
            invariant: "no attempt is open",
            sql: "update coppice.attempts set outcome = null, ended_at = null where job_id = 1"
        ),
        Corruption(
            invariant: "a job succeeded if and only if its last attempt did, and no other",
            sql: "update coppice.attempts set outcome = 'succeeded' where outcome = 'lost'"
        ),
        Corruption(
            invariant: "attempts are numbered without gaps; failures and losses are counted",
            sql: "delete from coppice.attempts where outcome = 'lost'"
        ),
        Corruption(
            invariant: "a job that failed had used up its attempts, or lost its worker five times",
            sql: "update coppice.finished_jobs set state = 'failed' where job_id = 1"
        ),
        Corruption(
            invariant: "the run of each attempt ended as the attempt did",
            sql: "update coppice.runs set status = 'FINISHED' where status = 'KILLED'"
        ),
        Corruption(
            invariant: "an attempt that did not succeed published nothing",
            sql: """
                insert into coppice.metrics (run_no, key, value)
                select run_no, 'rmse', 1 from coppice.attempts where outcome = 'lost'
                """
        ),
        Corruption(
            invariant: "a version exists if and only if its job succeeded, and it is of the run that did",
            sql: "delete from coppice.model_versions where version = 2"
        ),
        Corruption(
            invariant: "version numbers have no gaps",
            sql: "update coppice.model_versions set version = 7 where version = 2"
        ),
        Corruption(
            invariant: "versions are numbered in the order of their commits",
            sql: "update coppice.model_versions set description = 'committed last' where version = 1"
        ),
        Corruption(
            invariant: "an alias that moves only to better versions is at the best",
            sql: """
                update coppice.latest_metrics set value = value / 2
                where key = 'rmse' and run_no = (select run_no from coppice.model_versions where version = 2)
                """
        ),
        Corruption(
            invariant: "every run that succeeded in training has all its metrics, artifacts and its model",
            sql:
                "delete from coppice.artifacts where path = 'scatter.svg' and run_no = (select max(run_no) from coppice.artifacts where path = 'scatter.svg')"
        ),
        Corruption(
            invariant: "every run that succeeded in predicting has a prediction for each row",
            sql: "delete from coppice.predictions where row_index = 1"
        ),
        Corruption(
            invariant: "the digest of every artifact is that of its bytes",
            sql: """
                update coppice.blob_chunks set bytes = set_byte(bytes, 0, 255 - get_byte(bytes, 0))
                where digest = (select digest from coppice.artifacts where path = 'model/model.onnx' limit 1)
                """
        ),
        Corruption(
            invariant: "every time is the database's: metrics and log lines are from within their attempt",
            sql: "update coppice.job_log set logged_at = logged_at + interval '1 h' where job_id = 1"
        ),
        Corruption(
            invariant: "the same seed gives the same bytes",
            sql: """
                update coppice.artifacts set digest = (select digest from coppice.artifacts where path = 'scatter.svg' limit 1)
                where path = 'model/model.onnx' and run_no = (select min(run_no) from coppice.artifacts)
                """
        ),
    ]
}
