internal import Foundation
internal import Postgres

/// How soon work went on after a fault.
public struct Recovery: Sendable {
    /// Seconds from the death of a worker to the next attempt at each of its jobs, where the server was up.
    public let restarts: [Double]
    /// Seconds from each return of the server to the first claim.
    public let firstClaims: [Double]

    init(_ record: Incidents.Record, in session: borrowing Session) throws {
        // Half a second before and five after, the server is busy with itself.
        let outages: SQL = """
            unnest(\(record.outages.map(\.began)), \(record.outages.map(\.ended))) as outage (began, ended)
            """
        restarts = try session.execute(
            """
            select extract(epoch from next.started_at - killed.at)::float8
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
        ).map { row in try row.double(0) }
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
