public import FoundationEssentials
internal import Postgres

/// A worker's word that it would take a job at once: see migration 0033.
struct WorkerOffer: Sendable, Equatable {
    /// Counted up by the worker, each time it was given a job.
    let number: Int64
    /// Where the worker listens, and nobody else.
    let channel: String
    /// How many jobs it runs; who runs the fewest is given the next one.
    let running: Int
    /// nil: there is no offer from now on.
    let lasts: Duration?
}

/// A job that somebody gave to a worker, as the worker hears of it.
public struct HandedOverJob: Sendable {
    /// The number of the offer that was taken up.
    let offer: Int64
    /// nil: there is more to say of it than a notification holds; the next claim returns it.
    let job: ClaimedJob?
}

extension JobStore {
    /// What a claim that may leave an offer brings.
    enum Claim {
        /// Where there was nothing to claim, the offer stands.
        case claimed([ClaimedJob])
        /// The offer was taken up before.
        case handedOver(ClaimedJob)
        /// It was taken up before, and what was given to the worker has ended or was taken away: it has a new number from
        /// now on. Nothing was claimed, and there is no offer.
        case spent
    }

    /// Claims what `request` says, or what was given to the worker since its last claim.
    func claim(_ request: ClaimRequest, orOffer offer: WorkerOffer) async throws -> Claim {
        try await pool.withSession { session in
            let rows = try session.execute(
                """
                select job_id, attempt, kind, queue, spec, experiment_id, run_no, run_id, run_name, timeout, failures,
                    max_attempts, submitted_by, is_handed_over
                from coppice.claim_or_offer(\(request.worker), \(request.queues), \(request.limit), \(request.lease),
                    \(request.shares), \(offer.number), \(offer.channel), \(offer.running), \(offer.lasts))
                """
            )
            guard let first = rows.first, try first.bool("is_handed_over") else {
                return .claimed(try Self.claimed(rows, by: request.worker))
            }
            if try first.int64OrNil("job_id") == nil { return .spent }
            return .handedOver(try Self.claimed(rows, by: request.worker)[0])
        }
    }

    /// What a listener shares as long as it hears what is said to `worker` alone: that advisory lock.
    static func hearingLock(of worker: Worker.ID) -> Int64 { 0x636f_7077_0000_0000 + worker.rawValue }

    /// Sends something that says nothing on a channel, to see whether it is heard.
    func call(_ channel: String) async throws {
        try await pool.withSession { session in try session.execute("select pg_notify(\(channel), '')") }
    }
}

extension HandedOverJob: DecodableWithConfiguration {
    /// Reads the array that `submit_job` sends.
    public init(from decoder: any Decoder, configuration worker: Worker.ID) throws {
        var values = try decoder.unkeyedContainer()
        offer = try values.decode(Int64.self)
        if values.isAtEnd {
            job = nil
            return
        }
        job = ClaimedJob(
            lease: JobLease(job: Job.ID(rawValue: try values.decode(Int64.self)), attempt: 1, worker: worker),
            kind: try values.decode(String.self),
            queue: try values.decode(String.self),
            spec: JSONText(try values.decode(String.self)),
            experimentID: try values.decode(Int64.self),
            runNumber: try values.decode(Int64.self),
            runID: try values.decode(String.self),
            runName: try values.decode(String.self),
            timeout: try values.decode(Double?.self).map { .seconds($0) },
            failures: 0,
            maxAttempts: try values.decode(Int.self),
            submittedBy: try values.decode(String.self)
        )
    }

    /// Reads what came on the channel of `worker`; nil: it is no such message.
    init?(_ payload: String, for worker: Worker.ID) {
        let message = Data(payload.utf8)
        guard let read = try? JSONDecoder().decode(Self.self, from: message, configuration: worker) else { return nil }
        self = read
    }
}
