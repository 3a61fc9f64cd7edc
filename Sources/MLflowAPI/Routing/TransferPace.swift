/// Ends transfers that trickle: a client that sends a byte now and then must not hold a connection for ever.
struct TransferPace {
    private static let grace = Duration.seconds(60)
    /// In bytes a second, on average since the start.
    private static let minimum = 1024.0

    private let start = ContinuousClock.now
    private var size = 0

    /// Counts bytes that came. Throws `MLflowError` if they came too slowly.
    mutating func received(_ count: Int) throws(MLflowError) {
        size += count
        let elapsed = ContinuousClock.now - start
        guard elapsed > Self.grace, Double(size) / (elapsed / .seconds(1)) < Self.minimum else { return }
        throw MLflowError(.badRequest, "The body of the request comes too slowly; try again over a better connection.")
    }
}
