/// What the trees of a forest share, by the splitter that suits the hyperparameters and the data.
enum SplitterData: Sendable {
    /// Every criterion, missing values, monotonic constraints, weights that are not whole.
    /// With sorted lists where they pay.
    case reference(FeatureOrders?)
    /// Exact sums and sorted lists.
    case lists(IntegerTargets, FeatureOrders)
    /// Binned features.
    case histograms(IntegerTargets, BinnedFeatures)
}

extension SplitterData {
    /// From so many rows on `auto` means `hist`: below, growing exactly costs no more than binning.
    static let histogramRows = 10_000

    /// The splitter that is asked for, or `auto` comes to.
    static func choice(
        _ hyperparameters: Hyperparameters,
        _ features: FeatureMatrix
    ) -> Hyperparameters.Splitter {
        guard hyperparameters.splitter == .auto else { return hyperparameters.splitter }
        let isLarge = features.rowCount >= histogramRows
        let canBin = hyperparameters.reasonAgainstHist == nil && !features.values.contains { $0.isNaN }
        return isLarge && canBin ? .hist : .exact
    }

    init(
        _ hyperparameters: Hyperparameters,
        _ features: FeatureMatrix,
        targets: [Double],
        bootstrap: Bootstrap,
        threadCount: Int
    ) async throws {
        // Best-first growth looks at each node when it is made, long before its lists would be divided.
        let canUseLists = hyperparameters.maxLeafNodes == nil
        let orders = canUseLists ? try await FeatureOrders(features, threadCount: threadCount) : nil
        self = .reference(orders)
        let choice = Self.choice(hyperparameters, features)
        switch hyperparameters.criterion {
        case .squaredError, .friedmanMSE, .gini: break
        case .absoluteError, .poisson, .entropy, .logLoss: return
        }
        guard let orders, hyperparameters.monotonicConstraints == nil else { return }
        guard let weight = bootstrap.wholeWeight, !features.values.contains(where: { $0.isNaN }) else { return }
        let exact = IntegerTargets(targets, totalWeight: weight)
        if choice == .hist && hyperparameters.task == .regression {
            let binned = try await BinnedFeatures(features, orders, threadCount: threadCount)
            self = .histograms(exact ?? IntegerTargets(rounding: targets, totalWeight: weight), binned)
        } else if let exact {
            self = .lists(exact, orders)
        }
    }
}
