/// What the trees of a forest share, by the splitter that suits the hyperparameters and the data.
enum SplitterData: Sendable {
    /// Every criterion, missing values, monotonic constraints, weights that are not whole.
    /// With sorted lists where they pay.
    case reference(FeatureOrders?)
    /// Exact sums and sorted lists; codes where they spare the lists.
    case lists(IntegerTargets, FeatureOrders, FeatureCodes?)
    /// Binned features.
    case histograms(IntegerTargets, BinnedFeatures)
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
        let canBin =
            hyperparameters.task == .regression && hasWholeSums(hyperparameters) && !hasMissing
            && Bootstrap(hyperparameters, trainingSet).wholeWeight.map { $0 < IntegerTargets.weightLimit } ?? false
        return canBin ? .hist : .exact
    }

    /// Whether sums of whole weights suffice to find the splits.
    private static func hasWholeSums(_ hyperparameters: Hyperparameters) -> Bool {
        switch hyperparameters.criterion {
        case .squaredError, .friedmanMSE, .gini:
            hyperparameters.maxLeafNodes == nil && hyperparameters.monotonicConstraints == nil
        case .absoluteError, .poisson, .entropy, .logLoss:
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
        guard let orders, Self.hasWholeSums(hyperparameters), let weight = bootstrap.wholeWeight else { return }
        if features.values.contains(where: { $0.isNaN }) { return }
        let exact = IntegerTargets(targets, totalWeight: weight)
        if Self.choice(hyperparameters, trainingSet) == .hist {
            let binned = try await BinnedFeatures(features, orders, threadCount: threadCount)
            self = .histograms(exact ?? IntegerTargets(rounding: targets, totalWeight: weight), binned)
        } else if let exact {
            let drawn = hyperparameters.maxFeatures.count(of: features.featureCount)
            let codes =
                DemandLists.pay(featureCount: features.featureCount, drawn: drawn)
                ? FeatureCodes(features, orders) : nil
            self = .lists(exact, orders, codes)
        }
    }
}
