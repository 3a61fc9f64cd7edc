internal import CForestKernels

/// Small nodes whose sums depend on the order of their rows, and in which no two rows share a value: then that order is simply
/// ascending, for each feature.
struct SmallMoments {
    private var nodes: SmallNodes
    private let moments: UnsafePointer<SIMD2<Double>>
    private let weights: UnsafeMutablePointer<Double>
    private let weightedTargets: UnsafeMutablePointer<Double>
    private let order: UnsafeMutablePointer<UInt8>

    /// Whether small nodes can do what the data and the parameters ask for.
    static func suffice(_ problem: TreeProblem) -> Bool {
        SmallNodes.suffice(problem) && problem.limits.monotonicConstraints.isEmpty
            && !problem.featureHasMissing.contains(true)
    }

    /// - Parameter rows: The tree's rows.
    init(
        _ problem: TreeProblem,
        _ sums: TargetSums,
        rows: UnsafeMutablePointer<Int32>,
        source: UnsafePointer<Int32>
    ) {
        let unsigned = UnsafeMutableRawPointer(rows).assumingMemoryBound(to: UInt32.self)
        nodes = SmallNodes(problem, rows: unsigned, source: source, isDistinct: true)
        moments = UnsafePointer(sums.moments)
        weights = problem.scratch.allocate(Double.self, SmallNodes.most)
        weightedTargets = problem.scratch.allocate(Double.self, SmallNodes.most)
        weights.update(repeating: 0, count: SmallNodes.most)
        weightedTargets.update(repeating: 0, count: SmallNodes.most)
        order = problem.scratch.allocate(UInt8.self, SmallNodes.most)
    }

    /// Makes ready for a node; false: some of its rows share a value.
    mutating func enter(_ range: Range<Int>, _ features: UnsafeBufferPointer<Int32>) -> Bool {
        switch nodes.enter(range, features) {
        case .known: return true
        case .unfit: return false
        case .new:
            for id in 0..<range.count {
                let moment = moments[Int(nodes.rowsByID[id])]
                weights[id] = moment[0]
                weightedTargets[id] = moment[1]
            }
            return true
        }
    }

    /// Somebody else divides the node.
    mutating func forget() { nodes.forget() }

    struct Cut {
        let feature: Int
        /// How many rows go left.
        let position: Int
        let threshold: Double
    }

    /// Finds the best cut of the drawn features and parts the rows by it, from both ends as scikit-learn does.
    func search(
        _ range: Range<Int>,
        _ sampler: inout FeatureSampler,
        _ sums: TargetSums,
        leastRows: Int,
        knownConstants: inout Int
    ) -> Cut? {
        let drawn = nodes.draw(range, &sampler, leastRows: leastRows, knownConstants: &knownConstants)
        guard var drawn else { return nil }
        var position: Int32 = 0
        let winner = Int(
            coppice_search_small_reals(&drawn, weights, weightedTargets, sums.weight, sums.sum, order, &position)
        )
        if winner < 0 {
            nodes.storeRows(range)
            return nil
        }
        let feature = Int(drawn.drawn[winner])
        let leftCount = Int(position)
        var goesLeft: UInt32 = 0
        for index in 0..<leftCount { goesLeft |= 1 << UInt32(order[index]) }
        var start = 0
        var end = range.count
        while start < end {
            if goesLeft >> UInt32(drawn.ids[start]) & 1 == 1 {
                start &+= 1
            } else {
                end &-= 1
                (drawn.ids[start], drawn.ids[end]) = (drawn.ids[end], drawn.ids[start])
            }
        }
        nodes.storeRows(range)
        let threshold = nodes.threshold(feature, between: order[leftCount - 1], and: order[leftCount])
        return Cut(feature: feature, position: leftCount, threshold: threshold)
    }
}
