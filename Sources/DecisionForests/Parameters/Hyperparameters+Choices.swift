extension Hyperparameters {
    public enum Task: String, Sendable, Codable, CaseIterable {
        case regression, classification
    }

    /// How the impurity of a node is measured.
    public enum Criterion: String, Sendable, Codable, CaseIterable {
        case squaredError = "squared_error"
        /// The same as `squaredError`, as in scikit-learn since 1.9.
        case friedmanMSE = "friedman_mse"
        case absoluteError = "absolute_error"
        case poisson
        case gini
        case entropy
        /// The same as `entropy`.
        case logLoss = "log_loss"

        public var task: Task {
            switch self {
            case .squaredError, .friedmanMSE, .absoluteError, .poisson: .regression
            case .gini, .entropy, .logLoss: .classification
            }
        }
    }

    /// How split thresholds are found.
    public enum Splitter: String, Sendable, Codable, CaseIterable {
        /// Every threshold is considered; the forest is scikit-learn's.
        case exact
        /// Features may be binned first, at most 256 bins each: as good, and faster on large data.
        ///
        /// Regressions by the squared error with whole weights are, and classifications, whose other weights are rounded to
        /// billionths of their sum; without monotonic constraints and `max_leaf_nodes`. Everything else grows exactly.
        /// `RandomForestTrainer.splitter(for:)` tells.
        case hist
        /// `exact` for small data, `hist` for large.
        case auto
    }

    /// A number of rows, given as such or as a share of all rows.
    public enum SampleCount: Sendable, Equatable {
        case count(Int)
        case fraction(Double)
    }

    /// How many features compete for a split.
    public enum MaxFeatures: Sendable, Equatable {
        /// All of them, Python's `None`.
        case all
        /// `"sqrt"`
        case squareRoot
        /// `"log2"`
        case log2
        case count(Int)
        case fraction(Double)
    }

    /// How much the classes count.
    public enum ClassWeight: Sendable, Equatable {
        /// Inversely to how frequent they are in the data.
        case balanced
        /// Inversely to how frequent they are in each tree's bootstrap.
        case balancedSubsample
        /// By class; a class without an entry counts 1.
        case weights([Int: Double])
    }
}
