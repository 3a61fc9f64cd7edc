/// What the trees of a forest share, by the splitter that suits the hyperparameters and the data.
enum SplitterData: Sendable {
    /// Every criterion, missing values, monotonic constraints, weights that are not whole.
    /// With sorted lists where they pay.
    case reference(FeatureOrders?)
    /// Exact sums and sorted lists; nil: made on demand.
    case lists(IntegerTargets, FeatureOrders?)
    /// Exact sums, bins for features of few values, sorted lists for those that are not sparse either.
    case mixed(IntegerTargets, BinnedFeatures, SparseColumns, FeatureOrders)
    /// Binned features, also for exact splits where each value has a bin. Weights that are not whole are rounded.
    case histograms(IntegerTargets, BinnedFeatures, SparseColumns, roundsWeights: Bool)
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
        if !needsSumsAlone(hyperparameters) { return .exact }
        if hyperparameters.task == .classification { return .hist }
        let weight = Bootstrap(hyperparameters, trainingSet).wholeWeight
        return weight.map { $0 < IntegerTargets.weightLimit } ?? false ? .hist : .exact
    }

    /// Whether sums of targets, or of weights by class, suffice to find the splits.
    static func needsSumsAlone(_ hyperparameters: Hyperparameters) -> Bool {
        switch hyperparameters.criterion {
        case .squaredError, .friedmanMSE, .gini, .entropy, .logLoss:
            hyperparameters.maxLeafNodes == nil && hyperparameters.monotonicConstraints == nil
        case .absoluteError, .poisson:
            false
        }
    }

    /// - Parameter twins: nil: nothing is missing, or sums alone do not suffice.
    init(
        _ hyperparameters: Hyperparameters,
        _ trainingSet: TrainingSet,
        _ twins: MissingTwins?,
        targets: [Double],
        bootstrap: Bootstrap,
        threadCount: Int
    ) async throws {
        if Self.needsSumsAlone(hyperparameters) {
            let data = try await Self.withSums(hyperparameters, trainingSet, twins, targets, bootstrap, threadCount)
            if let data {
                self = data
                return
            }
        }
        // Best-first growth looks at each node when it is made, long before its lists would be divided.
        let canUseLists = hyperparameters.maxLeafNodes == nil
        self = .reference(
            canUseLists ? try await FeatureOrders(trainingSet.features, threadCount: threadCount) : nil
        )
    }

    /// For splits that depend on sums alone; nil if those would not be exact, and have to be.
    private static func withSums(
        _ hyperparameters: Hyperparameters,
        _ trainingSet: TrainingSet,
        _ twins: MissingTwins?,
        _ targets: [Double],
        _ bootstrap: Bootstrap,
        _ threadCount: Int
    ) async throws -> SplitterData? {
        let features = twins?.features ?? trainingSet.features
        let weight = bootstrap.wholeWeight
        let exact = weight.flatMap { IntegerTargets(targets, totalWeight: $0) }
        let drawn = hyperparameters.maxFeatures.count(of: trainingSet.features.featureCount)
        let isRowMajor = 2 * drawn > features.featureCount
        let sparse = try await SparseColumns(features, threadCount: threadCount)
        if choice(hyperparameters, trainingSet) == .hist {
            let integers =
                hyperparameters.task == .classification
                ? IntegerTargets(classes: targets)
                : exact ?? IntegerTargets(rounding: targets, totalWeight: weight ?? 0)
            // The splitter for few drawn features sorts sparse ones.
            let binned = try await BinnedFeatures(
                features,
                isRowMajor: isRowMajor,
                without: DemandLists.pay(featureCount: features.featureCount, drawn: drawn) ? sparse : nil,
                threadCount: threadCount
            )
            return .histograms(integers, binned, sparse, roundsWeights: weight == nil)
        }
        guard let exact else { return nil }
        // A bin per value loses nothing: the splits are the exact ones.
        let columns = try await BinnedFeatures.distinct(features, threadCount: threadCount)
        if let binned = BinnedFeatures(lossless: columns, isRowMajor: isRowMajor) {
            return .histograms(exact, binned, sparse, roundsWeights: false)
        }
        // Where nearly all features compete, lists of numbers are searched as fast as they are summed by bin.
        let mayMix = hyperparameters.task == .classification || !isRowMajor
        let rowCount = features.rowCount
        if mayMix,
            let binned = BinnedFeatures(fewValued: columns, sparse, rowCount: rowCount, isRowMajor: isRowMajor)
        {
            let counts = binned.bins.binCounts
            let orders = try await FeatureOrders(features, threadCount: threadCount) {
                counts[$0] == 0 && sparse.mode($0) == nil
            }
            return .mixed(exact, binned, sparse, orders)
        }
        let sorts = DemandLists.alwaysPay(featureCount: features.featureCount, drawn: drawn)
        return .lists(exact, sorts ? nil : try await FeatureOrders(features, threadCount: threadCount))
    }
}
