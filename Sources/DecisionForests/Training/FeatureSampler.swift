/// Draws the features that compete for a node's split, without replacement, as scikit-learn does.
///
/// A partial Fisher–Yates shuffle over all features. Features known to be constant in the node, because they were
/// so in an ancestor, come first in the list; drawing one counts but costs nothing. The list is one per tree and
/// carries over from node to node, so that the stream of random numbers decides the tree.
struct FeatureSampler {
    private let featureCount: Int
    private let wanted: Int
    private var random: XorShift
    private let features: UnsafeMutablePointer<Int32>
    /// The constant features on the path to the current node, in the order they were found.
    private let constants: UnsafeMutablePointer<Int32>
    /// Of each number up to that of features, times 2⁶⁴ and rounded up.
    private let reciprocals: UnsafeMutablePointer<UInt64>
    private let twins: TwinTable?
    private let withTwins: UnsafeMutablePointer<Int32>

    // Of the current node:
    private var knownConstants = 0
    private var drawnConstants = 0
    private var foundConstants = 0
    private var visited = 0
    /// Features from here on were drawn and are not constant.
    private var candidatesStart = 0
    private var position = 0
    /// The twin to look at next; or that one is being looked at, or none is.
    private var twin = noTwin
    private static let noTwin: Int32 = -1
    private static let thisTwin: Int32 = -2

    init(_ problem: TreeProblem) {
        featureCount = problem.originalCount
        twins = problem.twins
        withTwins = problem.scratch.allocate(Int32.self, problem.twins == nil ? 0 : problem.featureCount + 1)
        wanted = problem.limits.maxFeatures
        random = XorShift(seed: problem.samplerSeed)
        features = problem.scratch.allocate(Int32.self, featureCount)
        constants = problem.scratch.allocate(Int32.self, featureCount)
        reciprocals = problem.scratch.allocate(UInt64.self, featureCount + 1)
        for feature in 0..<featureCount {
            features[feature] = Int32(feature)
            reciprocals[feature + 1] = UInt64.max / UInt64(feature + 1) &+ 1
        }
    }

    mutating func enterNode(knownConstants: Int) {
        self.knownConstants = knownConstants
        drawnConstants = 0
        foundConstants = 0
        visited = 0
        candidatesStart = featureCount
        twin = Self.noTwin
    }

    /// The next feature to look at, not known to be constant; nil: enough have been seen. A twin comes after its feature, and
    /// is not counted.
    ///
    /// The caller answers with `isConstant` or `isCandidate` before it asks again.
    mutating func next() -> Int? {
        if twin != Self.noTwin {
            if twin >= 0 {
                defer { twin = Self.thisTwin }
                return Int(twin)
            }
            twin = Self.noTwin
        }
        while candidatesStart > knownConstants &+ foundConstants
            && (visited < wanted || visited <= foundConstants &+ drawnConstants)
        {
            visited &+= 1
            let drawn = drawnConstants &+ draw(below: candidatesStart &- foundConstants &- drawnConstants)
            if drawn < knownConstants {
                swap(drawnConstants, drawn)
                drawnConstants &+= 1
            } else {
                position = drawn &+ foundConstants
                return Int(features[position])
            }
        }
        return nil
    }

    /// The next random number modulo `count`, by two multiplications instead of a division.
    ///
    /// Lemire, Kaser, Kurz: “Faster remainder by direct computation”, Software: Practice and Experience 49 (6), 2019.
    @inline(__always)
    private mutating func draw(below count: Int) -> Int {
        let fraction = reciprocals[count] &* UInt64(random.next())
        return Int(truncatingIfNeeded: fraction.multipliedFullWidth(by: UInt64(truncatingIfNeeded: count)).high)
    }

    /// The feature `next` returned is the same in all rows of the node.
    mutating func isConstant() {
        if twin == Self.thisTwin { return }
        swap(position, knownConstants &+ foundConstants)
        foundConstants &+= 1
    }

    /// The feature `next` returned differs between rows of the node.
    ///
    /// - Parameter mayBeMissing: Whether it may be missing in some of them.
    mutating func isCandidate(mayBeMissing: Bool = true) {
        if twin == Self.thisTwin { return }
        if let twins, mayBeMissing { twin = twins.twin(of: features[position]) }
        candidatesStart &-= 1
        swap(position, candidatesStart)
    }

    /// All features but the first `count`, which after `leaveNode` are the constants.
    func features(from count: Int) -> UnsafeBufferPointer<Int32> {
        UnsafeBufferPointer(start: features + count, count: featureCount - count)
    }

    /// The same, and their twins.
    func featuresAndTwins(from count: Int) -> UnsafeBufferPointer<Int32> {
        let features = features(from: count)
        guard let twins else { return features }
        var all = 0
        for feature in features {
            withTwins[all] = feature
            all &+= 1
            let twin = twins.twin(of: feature)
            withTwins[all] = twin
            all &+= twin >= 0 ? 1 : 0
        }
        return UnsafeBufferPointer(start: withTwins, count: all)
    }

    /// The feature's twin, or -1.
    @inline(__always)
    func twin(of feature: Int32) -> Int32 { twins?.twin(of: feature) ?? -1 }

    private func swap(_ first: Int, _ second: Int) {
        (features[first], features[second]) = (features[second], features[first])
    }

    /// Ends the node and returns how many constants its children know.
    mutating func leaveNode() -> Int {
        // Siblings find the known constants in their original order, whatever was drawn here.
        for index in 0..<knownConstants { features[index] = constants[index] }
        let total = knownConstants + foundConstants
        for index in knownConstants..<total { constants[index] = features[index] }
        return total
    }
}
