internal import Jobs
internal import MLflowAPI

/// Which jobs a page lists, as its address says.
///
/// `state`, `queue` and `kind` filter, `order` is `newest`, `oldest` or `next`, and `after` (with `turn`) is
/// where the page starts.
struct JobListQuery: Equatable {
    var query = JobQuery()

    /// Throws `MLflowError` that says what is allowed.
    init(_ address: Query) throws(MLflowError) {
        query.state = try Self.value(address, "state", JobState.self)
        query.order = try Self.value(address, "order", JobQuery.Order.self) ?? .newest
        query.queue = Self.text(address, "queue")
        query.kind = Self.text(address, "kind")
        if let after = try Self.number(address, "after") {
            let turn = Self.text(address, "turn").flatMap(Double.init)
            query.after = JobQuery.Position(job: Job.ID(rawValue: after), turn: turn)
        }
    }

    /// Where it is, from its first page on.
    var location: Location {
        Location(
            "jobs",
            query: [
                "state": query.state?.rawValue, "queue": query.queue, "kind": query.kind,
                "order": query.order == .newest ? nil : query.order.rawValue,
            ]
        )
    }

    func page(after position: JobQuery.Position) -> Location {
        location.setting("after", position.job.description).setting("turn", position.turn.map { "\($0)" })
    }

    private static func text(_ address: Query, _ name: String) -> String? {
        guard let text = address[name], !text.isEmpty else { return nil }
        return text
    }

    private static func number(_ address: Query, _ name: String) throws(MLflowError) -> Int64? {
        guard let text = text(address, name) else { return nil }
        guard let number = Int64(text), number.magnitude < 1 << 62 else {
            throw MLflowError(.invalidParameterValue, "\(name)=\(text.prefix(40)) is not a number that jobs have.")
        }
        return number
    }

    private static func value<Value>(_ address: Query, _ name: String, _ type: Value.Type) throws(MLflowError) -> Value?
    where Value: RawRepresentable<String> & CaseIterable {
        guard let text = text(address, name) else { return nil }
        guard let value = Value(rawValue: text) else {
            let allowed = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw MLflowError(
                .invalidParameterValue,
                "\(name)=\(text.prefix(40)) does not exist: it is one of \(allowed)."
            )
        }
        return value
    }
}
