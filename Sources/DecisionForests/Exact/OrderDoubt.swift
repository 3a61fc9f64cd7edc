/// Keeps track of where the order of rows may differ from scikit-learn's, and whether it matters.
///
/// In a large node some values of nearly every feature are equal, and only scikit-learn's own sort tells the order of
/// such rows. It changes no more than the last bits of sums, so an optimistic splitter takes any order there, and watches
/// out for decisions so close that rounding errors could turn them. After such a one the tree is grown again, in full.
/// On friedman1 (100,000×20) that saves two thirds of the time.
struct OrderDoubt {
    /// Smaller nodes are sorted in full: many of their decisions are close.
    private static let leastRows = 512
    /// Gains that differ by a smaller share may be in either order; rounding errors are a hundred times smaller.
    private static let closeness = 1e-11

    /// A decision was too close.
    var isInDoubt = false
    private let isOptimistic: Bool
    /// Per node, by the position of its first row, whether the order of its rows is not known.
    private let unknown: UnsafeMutablePointer<Bool>

    /// The feature by which the rows were sorted last, if equal values were then in unknown order.
    private(set) var tiedFeature: Int?
    private var orderIsUnknown = false
    /// Whether a sum of the current node was formed in an unknown order.
    private(set) var isApproximate = false
    /// Whether the last choice was close.
    var isClose = false

    init(isOptimistic: Bool, rowCount: Int, _ scratch: Scratch) {
        self.isOptimistic = isOptimistic
        unknown = scratch.allocate(Bool.self, max(1, rowCount))
        unknown[0] = false
    }

    /// Whether the rows of the entered node are in scikit-learn's order.
    var knowsOrder: Bool { !orderIsUnknown }

    mutating func enter(_ node: Int) {
        orderIsUnknown = unknown[node]
        isApproximate = orderIsUnknown
        isClose = false
        tiedFeature = nil
    }

    /// Whether the rows may be taken from a sorted list; if not, the caller sorts them in full.
    mutating func accepts(_ feature: Int, hasTies: Bool, rowCount: Int) -> Bool {
        if !hasTies {
            orderIsUnknown = false
            tiedFeature = nil
            return true
        }
        let accepts = isOptimistic && rowCount >= Self.leastRows
        // A full sort of rows in an unknown order leaves equal values in an unknown order, and only those.
        if accepts { orderIsUnknown = true }
        if orderIsUnknown {
            isApproximate = true
            tiedFeature = feature
        }
        return accepts
    }

    /// What a gain must exceed to be looked at.
    @inline(__always)
    func bound(_ best: Double) -> Double {
        isApproximate && best > -.infinity ? best - abs(best) * Self.closeness : best
    }

    /// Whether a gain above the bound is above the best; remembers if that was close.
    @inline(__always)
    mutating func isBetter(_ gain: Double, than best: Double) -> Bool {
        if isApproximate && best > -.infinity { isClose = abs(gain - best) <= abs(best) * Self.closeness }
        return gain > best
    }

    /// Ends the search of a node; true if the choice was too close to call.
    mutating func leave() -> Bool {
        if isClose { isInDoubt = true }
        return isInDoubt
    }

    /// - Parameter sides: On which sides there are rows whose order is unknown; nil: it is known, or unknown, of all.
    mutating func storeChildren(_ node: NodeContext, _ middle: Int, _ sides: (left: Bool, right: Bool)?) {
        unknown[node.range.lowerBound] = sides?.left ?? orderIsUnknown
        unknown[middle] = sides?.right ?? orderIsUnknown
    }
}
