/// Where a search begins: at the runs that fulfil one condition, or at the order.
///
/// PostgreSQL's planner knows how the values of all metrics together are spread, not those of one, and takes a
/// condition that one run in a million fulfils for a common one. So the candidates of each condition are counted first,
/// up to a few thousand, in the index; and where few fulfil one, the search begins with them.
struct RunSearchPlan {
    /// So many candidates of a condition are counted at most.
    static let countLimit = 5000

    /// The conditions' candidates; `countLimit + 1` stands for that many or more.
    let counts: [Int]
    /// How many runs there are, about.
    let runCount: Double
    /// How many runs are asked for.
    let limit: Int
    /// Whether an index gives the order, so that the search can end early.
    let hasIndexedOrder: Bool

    /// The condition to begin with; nil to leave it to the planner.
    var driver: Int? {
        guard let best = counts.indices.min(by: { counts[$0] < counts[$1] }), counts[best] <= Self.countLimit else {
            return nil
        }
        guard hasIndexedOrder else { return best }
        // In index order, rows are read until `limit` of them fulfil all conditions, if these are independent.
        let total = max(runCount, Double(counts.max() ?? 0), 1)
        let share = counts.reduce(1.0) { $0 * min(Double(max($1, 1)) / total, 1) }
        return Double(counts[best]) <= min(Double(limit) / share, total) ? best : nil
    }
}
