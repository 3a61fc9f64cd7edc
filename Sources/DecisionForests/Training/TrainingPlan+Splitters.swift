/// What the trees of a forest share, by the splitter that suits the hyperparameters and the data.
enum SplitterData: Sendable {
    /// Every criterion, missing values, monotonic constraints, weights that are not whole.
    /// With sorted lists where they pay.
    case reference(FeatureOrders?)
    /// Exact sums and sorted lists; nil: made on demand.
    case lists(IntegerTargets, FeatureOrders?)
    /// Where few features compete, or have few values or are sparse: bins for some, sorted lists for those that have an order.
    /// Weights that are not whole are rounded.
    case mixed(IntegerTargets, BinnedFeatures, SparseColumns, FeatureOrders?, roundsWeights: Bool)
    /// Bins for all features, also for exact splits where each value has one. Weights that are not whole are rounded.
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

    /// Whether the splits will be found by sums alone, so that features with missing values stand beside their twins.
    static func usesSums(_ hyperparameters: Hyperparameters, _ trainingSet: TrainingSet, _ targets: [Double]) -> Bool {
        if !needsSumsAlone(hyperparameters) { return false }
        if choice(hyperparameters, trainingSet) == .hist { return true }
        return Bootstrap(hyperparameters, trainingSet).wholeWeight.flatMap { IntegerTargets(targets, totalWeight: $0) }
            != nil
    }

    /// - Parameters:
    ///   - features: Those of the training set, or with twins.
    ///   - usesSums: As above.
    init(
        _ hyperparameters: Hyperparameters,
        _ trainingSet: TrainingSet,
        _ features: FeatureMatrix,
        usesSums: Bool,
        targets: [Double],
        bootstrap: Bootstrap,
        threadCount: Int
    ) async throws {
        guard usesSums else {
            // Best-first growth looks at each node when it is made, long before its lists would be divided.
            let canUseLists = hyperparameters.maxLeafNodes == nil
            self = .reference(canUseLists ? try await FeatureOrders(features, threadCount: threadCount) : nil)
            return
        }
        let featureCount = trainingSet.features.featureCount
        let drawn = hyperparameters.maxFeatures.count(of: featureCount)
        let nearlyAllCompete = 2 * drawn > featureCount
        let fewCompete = DemandLists.pay(featureCount: featureCount, drawn: drawn)
        let weight = bootstrap.wholeWeight
        let exact = weight.flatMap { IntegerTargets(targets, totalWeight: $0) }
        let columns = try await BinnedFeatures.distinct(features, threadCount: threadCount)
        if Self.choice(hyperparameters, trainingSet) == .hist {
            let integers =
                hyperparameters.task == .classification
                ? IntegerTargets(classes: targets)
                : exact ?? IntegerTargets(rounding: targets, totalWeight: weight ?? 0)
            self = try await Self.binned(
                features,
                columns,
                integers,
                isRowMajor: nearlyAllCompete,
                sortsSparse: fewCompete,
                roundsWeights: weight == nil,
                threadCount: threadCount
            )
            return
        }
        guard let exact else { preconditionFailure("there are no exact sums, and they are needed") }
        // A bin per value loses nothing: the splits are the exact ones.
        if !columns.contains(where: { $0 == nil }) {
            self = try await Self.binned(
                features,
                columns,
                exact,
                isRowMajor: nearlyAllCompete,
                sortsSparse: fewCompete,
                roundsWeights: false,
                threadCount: threadCount
            )
            return
        }
        // Where nearly all features compete, lists of numbers are searched as fast as they are summed by bin.
        if hyperparameters.task == .classification || !nearlyAllCompete {
            let sparse = try await SparseColumns(features, threadCount: threadCount)
            let outputCount = if case .classes(_, let count) = trainingSet.target { count } else { 1 }
            if let binned = BinnedFeatures(fewValued: columns, sparse, features, outputCount: outputCount) {
                let counts = binned.bins.binCounts
                let orders = try await FeatureOrders(features, threadCount: threadCount) {
                    counts[$0] == 0 && sparse.mode($0) == nil
                }
                self = .mixed(exact, binned, sparse, orders, roundsWeights: false)
                return
            }
        }
        let sorts = DemandLists.alwaysPay(featureCount: featureCount, drawn: drawn)
        self = .lists(exact, sorts ? nil : try await FeatureOrders(features, threadCount: threadCount))
    }

    /// Bins for all features, but for sparse ones of many values if those are sorted when they are drawn.
    private static func binned(
        _ features: FeatureMatrix,
        _ columns: [BinnedColumn?],
        _ targets: IntegerTargets,
        isRowMajor: Bool,
        sortsSparse: Bool,
        roundsWeights: Bool,
        threadCount: Int
    ) async throws -> SplitterData {
        let sparse = sortsSparse ? try await SparseColumns(features, threadCount: threadCount) : nil
        let binned = try await BinnedFeatures(
            features,
            distinct: columns,
            isRowMajor: isRowMajor,
            without: sparse,
            threadCount: threadCount
        )
        guard let sparse else { return .histograms(targets, binned, roundsWeights: roundsWeights) }
        return .mixed(targets, binned, sparse, nil, roundsWeights: roundsWeights)
    }
}
