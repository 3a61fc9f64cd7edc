/// What the trees of a forest share, by the splitter that suits the hyperparameters and the data.
enum SplitterData: Sendable {
    /// Every criterion, missing values, monotonic constraints, weights that are not whole.
    /// With sorted lists where they pay.
    case reference(FeatureOrders?)
    /// Exact sums and sorted lists; bins of one value each where sorting on demand is less work.
    case lists(IntegerTargets, FeatureOrders, BinnedFeatures?)
    /// Binned features. Weights that are not whole are rounded.
    case histograms(IntegerTargets, BinnedFeatures, roundsWeights: Bool)
}

extension SplitterData {
    /// From so many rows on `auto` means `hist`: below, growing exactly costs no more than binning.
    static let histogramRows = 10_000

    /// The splitter that is used: `hist` if it is asked for, or the data are large under `auto`, and it can.
    static func choice(_ hyperparameters: Hyperparameters, _ trainingSet: TrainingSet) -> Hyperparameters.Splitter {
        switch hyperparameters.splitter {
        case .exact: return .exact
        case .auto where trainingSet.features.rowCount < histogramRows: return .exact
        case .hist, .auto: break
        }
        let hasMissing = trainingSet.features.values.contains { $0.isNaN }
        if hasMissing || !hasSums(hyperparameters) { return .exact }
        if hyperparameters.task == .classification { return .hist }
        let weight = Bootstrap(hyperparameters, trainingSet).wholeWeight
        return weight.map { $0 < IntegerTargets.weightLimit } ?? false ? .hist : .exact
    }

    /// Whether sums of targets, or of weights by class, suffice to find the splits.
    private static func hasSums(_ hyperparameters: Hyperparameters) -> Bool {
        switch hyperparameters.criterion {
        case .squaredError, .friedmanMSE, .gini, .entropy, .logLoss:
            hyperparameters.maxLeafNodes == nil && hyperparameters.monotonicConstraints == nil
        case .absoluteError, .poisson:
            false
        }
    }

    init(
        _ hyperparameters: Hyperparameters,
        _ trainingSet: TrainingSet,
        targets: [Double],
        bootstrap: Bootstrap,
        threadCount: Int
    ) async throws {
        // Best-first growth looks at each node when it is made, long before its lists would be divided.
        let canUseLists = hyperparameters.maxLeafNodes == nil
        let features = trainingSet.features
        let orders = canUseLists ? try await FeatureOrders(features, threadCount: threadCount) : nil
        self = .reference(orders)
        guard let orders, Self.hasSums(hyperparameters) else { return }
        if features.values.contains(where: { $0.isNaN }) { return }
        let weight = bootstrap.wholeWeight
        let exact = weight.flatMap { IntegerTargets(targets, totalWeight: $0) }
        let drawn = hyperparameters.maxFeatures.count(of: features.featureCount)
        let isHist = Self.choice(hyperparameters, trainingSet) == .hist
        let needsBins =
            isHist
            || exact != nil && DemandLists.pay(featureCount: features.featureCount, drawn: drawn)
                && BinnedFeatures.areLossless(features, orders)
        let binned =
            needsBins
            ? try await BinnedFeatures(
                features,
                orders,
                isRowMajor: isHist && 2 * drawn > features.featureCount,
                threadCount: threadCount
            ) : nil
        if isHist, let binned {
            let integers =
                hyperparameters.task == .classification
                ? IntegerTargets(classes: targets)
                : exact ?? IntegerTargets(rounding: targets, totalWeight: weight ?? 0)
            self = .histograms(integers, binned, roundsWeights: weight == nil)
        } else if let exact {
            self = .lists(exact, orders, binned)
        }
    }
}
