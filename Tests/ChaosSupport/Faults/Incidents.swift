internal import Foundation
internal import Synchronization

/// What was done to the system, and when, by this machine's clock, which is the database's, too.
final class Incidents: Sendable {
    struct Kill: Sendable {
        /// The worker's name.
        let worker: String
        let at: Date
    }

    struct Outage: Sendable {
        let began: Date
        /// When the server took connections again.
        let ended: Date
    }

    /// A fault from when it began to wait for its moment until it was over; what it did may last for longer.
    struct Episode: Sendable {
        let fault: Fault
        let began: Date
        let ended: Date
    }

    struct Record: Sendable {
        var episodes: [Episode] = []
        var kills: [Kill] = []
        var outages: [Outage] = []
        var injected: [Fault: Int] = [:]
        /// Faults that waited in vain for their moment.
        var missed: [Fault: Int] = [:]
        /// What no worker should do.
        var misbehaviour: [String] = []
    }

    private let state = Mutex(Record())

    var record: Record { state.withLock { $0 } }

    func note(kill worker: String) {
        state.withLock { $0.kills.append(Kill(worker: worker, at: Date())) }
    }

    func note(outageFrom began: Date) {
        state.withLock { $0.outages.append(Outage(began: began, ended: Date())) }
    }

    func note(_ fault: Fault, injected: Bool, began: Date) {
        state.withLock { record in
            record.episodes.append(Episode(fault: fault, began: began, ended: Date()))
            if injected { record.injected[fault, default: 0] += 1 } else { record.missed[fault, default: 0] += 1 }
        }
    }

    func note(misbehaviour: String) {
        state.withLock { $0.misbehaviour.append(misbehaviour) }
    }
}
