public import FoundationEssentials
public import Postgres

extension TrackingStore {
    /// The time by the database's clock, the only one that all workers share.
    public static func currentTime(in session: borrowing Session) throws -> Date {
        try session.execute("select clock_timestamp()")[0].date(0)
    }
}
