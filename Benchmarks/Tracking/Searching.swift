import BenchmarkSupport
import Foundation
import Postgres
import SearchGrammar
import Tracking

/// What searches take among runs with five parameters, five metrics and three tags each.
enum Searching {
    static func run(_ pool: PostgresPool, runs: Int) async throws {
        let store = TrackingStore(pool: pool)
        let searches: [(String, String, [String])] = [
            ("a metric and a parameter, by a metric", "metrics.rmse < 55 AND params.max_depth = '5'", ["metrics.rmse"]),
            ("the same, downwards", "metrics.rmse < 55 AND params.max_depth = '5'", ["metrics.rmse DESC"]),
            ("the same, a rarer parameter", "metrics.rmse < 55 AND params.seed = '7919'", ["metrics.rmse"]),
            ("a rare metric, newest first", "metrics.rmse < 50.0001", []),
            ("nothing, newest first", "", []),
            ("a tag, by a metric with ties", "tags.`mlflow.user` = 'ada'", ["metrics.accuracy DESC"]),
        ]
        for (what, filter, order) in searches {
            var query = try RunQuery(filter: filter, orderBy: order)
            query.experiments = [Experiment.ID(rawValue: 1_000)]
            query.limit = 100
            var times: [Double] = []
            for _ in 0..<5 { _ = try await store.search(query) }
            for _ in 0..<40 {
                let start = ContinuousClock.now
                _ = try await store.search(query)
                times.append((ContinuousClock.now - start) / .milliseconds(1))
            }
            report("\(runs) runs: \(what), p50", .quantile(0.5, of: times), "ms")
            report("\(runs) runs: \(what), p95", .quantile(0.95, of: times), "ms")
        }
    }

    static func addRuns(from: Int, to: Int, _ pool: PostgresPool) async throws {
        try await pool.withSession { session in
            try session.executeScript(
                unsafeRaw: """
                    set session_replication_role = replica;
                    set search_path = coppice, pg_catalog;
                    insert into experiments (experiment_id, name) values (1000, 'search') on conflict do nothing;
                    create temp table made as
                    with added as (
                        insert into runs (run_id, experiment_id, name, status, user_id, started_at, ended_at)
                        select md5('run' || i), 1000, 'run-' || i, 'FINISHED', 'ada',
                            timestamptz '2025-01-01' + i * interval '10 seconds',
                            timestamptz '2025-01-01' + i * interval '10 seconds' + interval '1 minute'
                        from generate_series(\(from) + 1, \(to)) i
                        returning run_no, name, started_at
                    ) select * from added;
                    insert into params (run_no, key, value)
                    select run_no, key, case key
                        when 'n_estimators' then (50 * (1 + run_no % 10))::text
                        when 'max_depth' then (1 + (run_no / 10) % 20)::text
                        when 'learning_rate' then random()::text
                        when 'criterion' then (array['squared_error', 'absolute_error', 'poisson'])[1 + run_no % 3]
                        else (run_no * 7919 % 1000003)::text
                    end
                    from made, unnest(array['n_estimators', 'max_depth', 'learning_rate', 'criterion', 'seed']) key;
                    insert into latest_metrics (run_no, key, step, logged_at, value)
                    select run_no, key, 0, started_at, case key
                        when 'accuracy' then round(random()::numeric, 3)::float8
                        when 'rmse' then 50 + 10 * random() else random()
                    end
                    from made, unnest(array['rmse', 'mae', 'r2', 'accuracy', 'loss']) key;
                    insert into tags (run_no, key, value)
                    select run_no, key,
                        case key when 'mlflow.runName' then name when 'mlflow.user' then 'ada' else 'train.py' end
                    from made, unnest(array['mlflow.runName', 'mlflow.user', 'mlflow.source.name']) key;
                    drop table made;
                    reset session_replication_role;
                    """
            )
            for table in ["runs", "params", "latest_metrics", "tags"] {
                try session.executeScript(unsafeRaw: "vacuum analyze coppice.\(table)")
            }
        }
    }
}
