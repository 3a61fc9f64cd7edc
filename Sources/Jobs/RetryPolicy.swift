/// When a job that failed is tried again: exponential backoff with equal jitter.
///
/// Half of each delay is fixed and half is random, so that jobs which failed together do not return together
/// (M. Brooker, “Exponential Backoff and Jitter”, 2015).
public struct RetryPolicy: Sendable {
    /// The delay after the first failure, before jitter.
    public var base: Duration
    /// No delay is longer.
    public var longest: Duration

    public static let standard = RetryPolicy(base: .seconds(2), longest: .seconds(600))

    public init(base: Duration, longest: Duration) {
        self.base = base
        self.longest = longest
    }

    /// The delay after the failure that follows `failures` earlier ones.
    ///
    /// - Parameter jitter: how much of the random half to wait, 0 to 1.
    public func delay(failures: Int, jitter: Double = .random(in: 0...1)) -> Duration {
        // 2^20 times any sensible base is beyond any sensible limit; more would overflow.
        let doubled = base * (1 << min(max(failures, 0), 20))
        let whole = min(doubled, longest)
        return whole / 2 + whole / 2 * jitter
    }
}
