/// Divides a worker's claims between its queues by their weights.
///
/// Stride scheduling (Waldspurger and Weihl, 1995): each job that is claimed moves its queue on by one over its weight,
/// and the queue that is least far goes first. A queue that had nothing to give does not save up for later.
struct QueueShares: Sendable, Equatable {
    let queues: [String]
    private let strides: [Double]
    /// How far each queue is.
    private var passes: [Double]

    /// - Parameter weights: at least 1 each; a queue that is not named counts 1.
    init(_ queues: [String], weights: [String: Int]) {
        self.queues = queues
        strides = queues.map { 1 / Double(weights[$0] ?? 1) }
        passes = queues.map { _ in 0 }
    }

    /// How many of the next `limit` claims are each queue's, in the order of `queues`.
    func shares(of limit: Int) -> [Int32] {
        var (shares, passes) = ([Int32](repeating: 0, count: queues.count), passes)
        for _ in 0..<limit {
            guard let next = passes.indices.min(by: { passes[$0] < passes[$1] }) else { break }
            shares[next] += 1
            passes[next] += strides[next]
        }
        return shares
    }

    /// Records what a claim brought.
    /// - Parameter shares: what each queue might have had first.
    mutating func record(_ claimed: [String: Int], of shares: [Int32]) {
        var isEmpty = [Bool](repeating: false, count: queues.count)
        for index in queues.indices {
            let count = claimed[queues[index]] ?? 0
            passes[index] += Double(count) * strides[index]
            isEmpty[index] = count < shares[index]
        }
        // Those that were empty fall in with those that were not; with none of these there is nobody to be fair to.
        guard let least = passes.indices.filter({ !isEmpty[$0] }).map({ passes[$0] }).min() else { return }
        for index in queues.indices {
            if isEmpty[index] { passes[index] = max(passes[index], least) }
            // Only differences count; small numbers keep their precision.
            passes[index] -= least
        }
    }
}
