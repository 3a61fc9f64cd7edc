internal import FoundationEssentials
internal import Synchronization

/// What a worker knows of its offer to take a job: one at a time, of which it hears once, either by a notification or from
/// its next claim.
final class StandingOffer: Sendable {
    private struct State {
        var isHeard = false
        var number: Int64 = 1
        /// The database may take it up.
        var mayStand = false
        /// When the last claim was sent that said that it stands, and the first one that did not say so yet.
        var confirmed: ContinuousClock.Instant?
        var asked: ContinuousClock.Instant?

        mutating func ends() {
            mayStand = false
            confirmed = nil
            asked = nil
        }
    }

    /// Nobody else can guess its name.
    let channel = "coppice_worker_" + UUID().uuidString.replacing("-", with: "").lowercased()
    private let state = Mutex(State())

    /// Whether this process hears what is said on the channel: behind a pooler it may not.
    var isHeard: Bool {
        get { state.withLock { $0.isHeard } }
        set { state.withLock { $0.isHeard = newValue } }
    }

    /// Whether the database may take it up.
    var mayStand: Bool { state.withLock { $0.mayStand } }

    /// Its number, where it may stand or a new one may be made; else nil.
    func number(mayBeMade: Bool) -> Int64? {
        state.withLock { $0.mayStand || mayBeMade ? $0.number : nil }
    }

    /// A claim is sent that makes this offer, or leaves it as it is.
    func ask(_ number: Int64, at instant: ContinuousClock.Instant) {
        state.withLock { state in
            guard state.number == number else { return }
            state.mayStand = true
            if state.asked == nil { state.asked = instant }
        }
    }

    /// The claim that was sent at `instant` found nothing, and the offer stands.
    func confirm(_ number: Int64, at instant: ContinuousClock.Instant) {
        state.withLock { state in
            guard state.number == number else { return }
            state.confirmed = instant
        }
    }

    /// A claim withdrew it.
    func withdraw(_ number: Int64) {
        state.withLock { state in
            guard state.number == number else { return }
            state.ends()
        }
    }

    /// It was taken up, and what was given to this worker was taken away before it heard of that.
    func skip(_ number: Int64) {
        state.withLock { state in
            guard state.number == number else { return }
            state.number += 1
            state.ends()
        }
    }

    /// It could not be withdrawn, and ends by itself.
    func abandon() {
        state.withLock { $0.mayStand = false }
    }

    /// Takes the job in that was given to this worker, unless it has been taken in before.
    ///
    /// - Parameter begin: is told how long before now the job may have been given to it at most, and is over before anybody
    ///   is told that the offer has ended.
    /// - Returns: what `begin` returns; nil: this offer has ended.
    func accept<Value: Sendable>(
        _ number: Int64,
        _ begin: (_ notBefore: ContinuousClock.Instant) -> Value
    ) -> Value? {
        state.withLock { state in
            guard state.number == number, let since = state.confirmed ?? state.asked else { return nil }
            let value = begin(since)
            state.number += 1
            state.ends()
            return value
        }
    }
}
