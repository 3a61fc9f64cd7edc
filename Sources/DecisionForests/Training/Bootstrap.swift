/// Which rows each tree sees, and how much they count.
struct Bootstrap: Sendable {
    let rowCount: Int
    /// How many rows are drawn; nil: none, every tree sees all rows with their weights.
    let drawCount: Int?
    /// The weights of the rows: of the sample, times those of the classes. nil: all 1.
    let rowWeights: [Double]?
    /// The classes to balance anew in each bootstrap, if asked for.
    let balancedClasses: (classes: [Int32], count: Int)?
    /// The cumulated share of the rows' weights, for drawing by weight.
    private let cumulatedShares: [Double]?

    init(_ hyperparameters: Hyperparameters, _ trainingSet: TrainingSet) {
        rowCount = trainingSet.features.rowCount
        rowWeights = Self.rowWeights(hyperparameters, trainingSet)
        if Self.balancesSubsamples(hyperparameters), case .classes(let classes, let count) = trainingSet.target {
            balancedClasses = (classes, count)
        } else {
            balancedClasses = nil
        }
        // More than are allowed are refused before a tree is grown.
        let draws = Self.drawCount(hyperparameters.maxSamples, rowCount, rowWeights)
        drawCount = hyperparameters.bootstrap ? Int(min(draws, Double(Int32.max))) : nil
        cumulatedShares = hyperparameters.bootstrap ? rowWeights.map(Self.cumulatedShares) : nil
    }

    /// The total weight of a tree's rows if all their weights are whole; else nil.
    var wholeWeight: Double? {
        if balancedClasses != nil { return nil }
        if let drawCount { return Double(drawCount) }
        guard let rowWeights else { return Double(rowCount) }
        return rowWeights.allSatisfy { $0 == $0.rounded() } ? rowWeights.reduce(0, +) : nil
    }

    /// How often the tree with this seed draws each row; nil without a bootstrap.
    func counts(seed: UInt32) -> [Int32]? {
        guard let drawCount else { return nil }
        var random = RandomState(seed: seed)
        var counts = [Int32](repeating: 0, count: rowCount)
        guard let cumulatedShares else {
            counts.withUnsafeMutableBufferPointer { random.countDraws(drawCount, into: $0) }
            return counts
        }
        for _ in 0..<drawCount { counts[Self.firstIndex(in: cumulatedShares, above: random.uniform())] += 1 }
        return counts
    }

    /// The weights the tree with this seed gives the rows; rows with weight 0 are not part of it.
    func weights(counts: [Int32]?) -> [Double] {
        guard let counts else { return rowWeights ?? [Double](repeating: 1, count: rowCount) }
        guard let balancedClasses else { return counts.map(Double.init) }
        let balance = ClassBalance.balanced(
            balancedClasses.classes,
            balancedClasses.count,
            weights: counts.map(Double.init)
        )
        return zip(counts, balancedClasses.classes).map { $0 == 0 ? 0 : Double($0) * balance[Int($1)] }
    }

    private static func balancesSubsamples(_ hyperparameters: Hyperparameters) -> Bool {
        hyperparameters.classWeight == .balancedSubsample && hyperparameters.bootstrap
    }

    private static func rowWeights(_ hyperparameters: Hyperparameters, _ trainingSet: TrainingSet) -> [Double]? {
        ClassBalance.rowWeights(
            trainingSet,
            classWeight: balancesSubsamples(hyperparameters) ? nil : hyperparameters.classWeight
        )
    }

    /// More draws for each row than any forest is better for; a tree cannot be cancelled in between.
    private static let drawsPerRow = 1000.0

    /// - Throws: `TrainingError` that names `max_samples`, if a tree would draw too many rows.
    static func check(_ hyperparameters: Hyperparameters, _ trainingSet: TrainingSet) throws(TrainingError) {
        guard hyperparameters.bootstrap, let maxSamples = hyperparameters.maxSamples else { return }
        let rowCount = trainingSet.features.rowCount
        let weights = rowWeights(hyperparameters, trainingSet)
        let draws = drawCount(maxSamples, rowCount, weights)
        let limit = min(drawsPerRow * Double(rowCount), Double(Int32.max))
        guard draws > limit else { return }
        let given =
            switch maxSamples {
            case .count(let count): "\(count)"
            case .fraction(let share): weights == nil ? "\(share)" : "\(share) of the rows' weights"
            }
        throw TrainingError(
            .invalidParameter,
            parameter: "max_samples",
            "max_samples: \(given) makes each tree draw \(draws) rows of \(rowCount); let it draw \(Int(limit)) at most"
        )
    }

    private static func drawCount(
        _ maxSamples: Hyperparameters.SampleCount?,
        _ rowCount: Int,
        _ weights: [Double]?
    ) -> Double {
        switch maxSamples {
        case nil: Double(rowCount)
        case .count(let count): Double(count)
        case .fraction(let share): max(1, (share * (weights?.numpySum() ?? Double(rowCount))).rounded(.down))
        }
    }

    private static func cumulatedShares(_ weights: [Double]) -> [Double] {
        let total = weights.numpySum()
        var sum = 0.0
        let sums = weights.map { weight in
            sum += weight / total
            return sum
        }
        return sums.map { $0 / sum }
    }

    private static func firstIndex(in ascending: [Double], above value: Double) -> Int {
        var low = 0
        var high = ascending.count
        while low < high {
            let middle = (low + high) / 2
            if ascending[middle] <= value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
