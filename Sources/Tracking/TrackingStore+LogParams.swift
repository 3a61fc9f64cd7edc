public import Postgres

extension TrackingStore {
    /// Logs parameters, as a part of a larger transaction.
    ///
    /// A parameter is written once: the same value again changes nothing, another value throws
    /// `TrackingError.conflict`. Also throws `TrackingError.invalid`.
    public static func log(params: [String: String], run: Run.Number, in session: borrowing Session) throws {
        guard !params.isEmpty else { return }
        try Validation.params(params)
        let entries = params.sorted { $0.key < $1.key }
        let keys = entries.map(\.key)
        let values = entries.map(\.value)
        let inserted = try session.execute(
            """
            insert into coppice.params (run_no, key, value)
            select \(run), key, value from unnest(\(keys), \(values)) as given (key, value)
            on conflict (run_no, key) do nothing
            """
        )
        guard inserted.affectedCount < entries.count else { return }
        // A statement of its own: its snapshot sees what a faster writer committed while the insert waited.
        let changed = try session.execute(
            """
            select p.key, p.value as old, given.value as new
            from unnest(\(keys), \(values)) as given (key, value)
            join coppice.params p on p.run_no = \(run) and p.key = given.key
            where p.value <> given.value
            order by p.key
            limit 1
            """
        )
        guard let row = changed.first else { return }
        throw TrackingError(
            .conflict,
            "parameter '\(try row.string("key"))' was logged as '\(try row.string("old").shortened)' before: "
                + "it cannot become '\(try row.string("new").shortened)'; log it to a new run, or as a tag"
        )
    }
}
