/// Who gets a connection next: the bookkeeping of a pool, without connections or threads.
///
/// The item that was used last is lent first, so that a quiet pool works with few. Beyond a number of them, items are lent
/// only to who has waited for a while.
struct PoolQueue<Item, Waiter> {
    struct Ticket: Hashable {
        fileprivate let number: Int
    }

    enum Answer {
        /// Take this one.
        case idle(Item)
        /// Make a new one.
        case make
        /// The waiter is kept until an item comes back, the reserve is lent, or its ticket is cancelled.
        case wait
        /// The ticket was cancelled before it asked.
        case cancelled
        case closed
    }

    private let size: Int
    private let reserve: PostgresPool.Reserve?
    private var lent = 0
    private var idle: [Item] = []
    private var waiting: [(ticket: Ticket, waiter: Waiter, since: ContinuousClock.Instant)] = []
    /// Tickets that were neither served nor queued yet, and whether they have been cancelled.
    private var pending: [Ticket: Bool] = [:]
    private var ticketCount = 0
    private var isClosed = false

    init(size: Int, reserve: PostgresPool.Reserve? = nil) {
        self.size = size
        self.reserve = reserve
    }

    mutating func nextTicket() -> Ticket {
        ticketCount += 1
        let ticket = Ticket(number: ticketCount)
        pending[ticket] = false
        return ticket
    }

    mutating func request(_ ticket: Ticket, waiter: Waiter, now: ContinuousClock.Instant = .now) -> Answer {
        if pending.removeValue(forKey: ticket) == true { return .cancelled }
        guard !isClosed else { return .closed }
        if lent < min(size, reserve?.beyond ?? size) { return lend() }
        waiting.append((ticket, waiter, now))
        return .wait
    }

    private mutating func lend() -> Answer {
        lent += 1
        return idle.popLast().map(Answer.idle) ?? .make
    }

    /// When it may be time to lend from the reserve; nil: it is not waited for, or used up.
    var reserveIsDue: ContinuousClock.Instant? {
        guard let reserve, lent < size, let first = waiting.first else { return nil }
        return first.since + reserve.after
    }

    /// Lends from the reserve to who has waited longest, if that is long enough.
    mutating func lendReserve(now: ContinuousClock.Instant = .now) -> (waiter: Waiter, answer: Answer)? {
        guard let due = reserveIsDue, due <= now else { return nil }
        return (waiting.removeFirst().waiter, lend())
    }

    /// Returns the waiter that must be told, if the ticket was waiting.
    mutating func cancel(_ ticket: Ticket) -> Waiter? {
        if pending[ticket] != nil {
            pending[ticket] = true
            return nil
        }
        guard let place = waiting.firstIndex(where: { $0.ticket == ticket }) else { return nil }
        return waiting.remove(at: place).waiter
    }

    /// Takes an item back; returns the waiter that gets it now, the one that has waited longest.
    mutating func giveBack(_ item: Item, now: ContinuousClock.Instant = .now) -> Waiter? {
        let isOfReserve = reserve.map { lent > $0.beyond } ?? false
        if let first = waiting.first, !isOfReserve || first.since + (reserve?.after ?? .zero) <= now {
            return waiting.removeFirst().waiter
        }
        lent -= 1
        if !isClosed { idle.append(item) }
        return nil
    }

    /// Gives up the items that nobody has; others are made in their place.
    mutating func removeIdle() -> [Item] {
        defer { idle = [] }
        return idle
    }

    /// Returns the waiters that must be told. Items that are lent are not taken back.
    mutating func close() -> [Waiter] {
        isClosed = true
        idle = []
        defer { waiting = [] }
        return waiting.map(\.waiter)
    }
}
