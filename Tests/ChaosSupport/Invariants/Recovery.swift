internal import Foundation
internal import Postgres

/// How soon work went on after a fault.
public struct Recovery: Sendable {
    /// A job that lost its worker.
    public struct Restart: Sendable {
        /// Seconds from the death of the worker to the next attempt.
        public let seconds: Double
        /// And to the moment when the job was handed back.
        public let rescued: Double
        public let job: Int
        /// The faults under way in between, with their times in seconds after the death.
        public let meanwhile: [String]
    }

    /// The jobs of workers that were killed, where the server was up.
    public let restarts: [Restart]
    /// Seconds from each return of the server to the first claim.
    public let firstClaims: [Double]

    init(_ record: Incidents.Record, in session: borrowing Session) throws {
        // Half a second before and five after, the server is busy with itself.
        let outages: SQL = """
            unnest(\(record.outages.map(\.began)), \(record.outages.map(\.ended))) as outage (began, ended)
            """
        restarts = try session.execute(
            """
            select extract(epoch from next.started_at - killed.at)::float8 as seconds,
                extract(epoch from a.ended_at - killed.at)::float8 as rescued, a.job_id, killed.at
            from unnest(\(record.kills.map(\.worker)), \(record.kills.map(\.at))) as killed (worker, at)
            join coppice.workers w on w.name = killed.worker
            join coppice.attempts a on a.worker_id = w.worker_id and a.outcome = 'lost'
                and a.started_at < killed.at and a.ended_at > killed.at
            join coppice.attempts next on next.job_id = a.job_id and next.attempt = a.attempt + 1
            where not exists (
                select from \(outages)
                where outage.began - interval '500 ms' < next.started_at
                    and outage.ended + interval '5 s' > killed.at
            )
            """
        ).map { row in
            let (seconds, death) = (try row.double(0), try row.date("at"))
            let meanwhile = record.episodes.filter { $0.began < death + seconds && $0.ended > death }.map { episode in
                let times = [episode.began, episode.ended].map { $0.timeIntervalSince(death).figure }
                return "\(episode.fault.rawValue) (\(times[0]) to \(times[1]) s)"
            }
            return Restart(
                seconds: seconds,
                rescued: try row.double(1),
                job: try row.int("job_id"),
                meanwhile: meanwhile
            )
        }
        firstClaims = try session.execute(
            """
            select extract(epoch from first.started_at - outage.ended)::float8
            from \(outages)
            cross join lateral (
                select min(a.started_at) as started_at from coppice.attempts a where a.started_at > outage.ended
            ) first
            where first.started_at is not null
                -- Another outage came first.
                and not exists (
                    select from unnest(\(record.outages.map(\.began))) as next (began)
                    where next.began > outage.ended and next.began < first.started_at
                )
            """
        ).map { row in try row.double(0) }
    }
}
