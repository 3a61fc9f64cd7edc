/// Which statements are prepared on one connection.
///
/// A statement is prepared when it is executed for the third time: preparing costs a round trip, and what runs once
/// or twice never earns it back. The least recently used one gives way.
struct StatementCache {
    enum Decision: Equatable {
        /// Send the text.
        case direct
        /// Prepare it under this name first; `evicting` names a statement to deallocate.
        case prepare(name: String, evicting: String?)
        /// It is prepared under this name.
        case prepared(name: String)
    }

    private struct Entry {
        var uses: Int
        var name: String?
        var lastUse: UInt64
    }

    private struct Key: Hashable {
        let texts: [String]
        let types: [SQLType]
    }

    private let capacity: Int
    private let usesBeforePreparing: Int
    private var entries: [Key: Entry] = [:]
    private var clock: UInt64 = 0
    private var nameCount = 0
    /// Makes names unique over all connections: behind a pooler, a name that another client made must never be ours.
    private let prefix = "coppice_" + String(UInt64.random(in: .min ... .max), radix: 36)
    private(set) var isEnabled: Bool

    /// How many statements are remembered.
    var count: Int { entries.count }

    init(isEnabled: Bool = true, capacity: Int = 128, usesBeforePreparing: Int = 3) {
        self.isEnabled = isEnabled
        self.capacity = capacity
        self.usesBeforePreparing = usesBeforePreparing
    }

    /// What to do for this execution of `sql`.
    mutating func next(_ sql: SQL) -> Decision {
        guard isEnabled else { return .direct }
        clock += 1
        let key = Key(texts: sql.texts, types: sql.values.map(\.type))
        guard let place = entries.index(forKey: key) else {
            if entries.count >= 2 * capacity { forgetUnprepared() }
            entries[key] = Entry(uses: 1, name: nil, lastUse: clock)
            return usesBeforePreparing <= 1 ? prepare(key) : .direct
        }
        entries.values[place].uses += 1
        entries.values[place].lastUse = clock
        if let name = entries.values[place].name { return .prepared(name: name) }
        return entries.values[place].uses >= usesBeforePreparing ? prepare(key) : .direct
    }

    private mutating func prepare(_ key: Key) -> Decision {
        nameCount += 1
        let name = "\(prefix)_\(nameCount)"
        entries[key]?.name = name
        return .prepare(name: name, evicting: evictIfFull(keeping: key))
    }

    private mutating func evictIfFull(keeping key: Key) -> String? {
        let prepared = entries.filter { $0.value.name != nil && $0.key != key }
        guard prepared.count >= capacity, let oldest = prepared.min(by: { $0.value.lastUse < $1.value.lastUse }) else {
            return nil
        }
        entries[oldest.key] = nil
        return oldest.value.name
    }

    /// Statements that never became hot, such as those with a list of values in their text, must not pile up.
    private mutating func forgetUnprepared() {
        entries = entries.filter { $0.value.name != nil }
    }

    /// The statement could not be prepared, or its plan became invalid.
    mutating func forget(_ name: String) {
        entries = entries.filter { $0.value.name != name }
    }

    /// Prepared statements do not survive on this connection: a pooler hands out other servers.
    mutating func disable() {
        isEnabled = false
        entries = [:]
    }
}
