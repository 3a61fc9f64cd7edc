public import SearchGrammar

/// Which runs to find, and in which order; newest first unless something else is said.
public struct RunQuery: Sendable {
    /// Empty: all experiments.
    public var experiments: [Experiment.ID] = []
    public var view: LifecycleView = .activeOnly
    /// Only runs of this sweep.
    public var parent: Run.ID?
    /// Conditions that must all hold.
    public var filter: SearchFilter
    /// What to sort by, the first first. Runs that have no such metric, parameter or tag come last, those whose metric
    /// is NaN before them, in either direction. Ties: the newest first, then by id.
    public var order: [SearchOrder]
    /// How many runs a page has, 1 to 50,000.
    public var limit = 100
    /// Where the page starts; nil for the first.
    public var after: PageToken?

    public init(filter: SearchFilter = SearchFilter(), order: [SearchOrder] = [], after: PageToken? = nil) {
        self.filter = filter
        self.order = order
        self.after = after
    }

    /// Reads what a user wrote: MLflow's filter, order and page token; an empty token is none.
    ///
    /// Throws `TrackingError.invalid`.
    public init(filter: String, orderBy: [String] = [], pageToken: String? = nil) throws(TrackingError) {
        do throws(SearchError) {
            self.init(
                filter: try SearchFilter(filter, rules: .runs),
                order: try SearchOrder.list(orderBy, rules: .runs),
                after: try PageToken(ifAny: pageToken)
            )
        } catch {
            throw TrackingError(error)
        }
    }
}

extension TrackingError {
    init(_ error: SearchError) {
        self.init(.invalid, error.description)
    }
}
