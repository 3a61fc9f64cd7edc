/// Targets whose sums are exact whatever their order, as whole numbers of a common power of two.
///
/// Whole prices, counts and grades are; so are classes. Then equally good splits are equal to the last bit however
/// the sums were formed, and scikit-learn's choice between them does not depend on the order of its rows.
struct IntegerTargets: Sendable {
    /// Sums of weights stay below this, so that they fit beside sums of targets in one 64-bit word.
    static let weightBits = 24
    static let weightLimit = Double(1 << weightBits)

    /// The targets times a power of two.
    let values: [Int32]

    /// nil if the targets, with rows of the given total weight, have no exact sums or no exact sums of squares.
    init?(_ targets: [Double], totalWeight: Double) {
        guard totalWeight < Self.weightLimit else { return nil }
        let largest = targets.reduce(0) { max($0, abs($1)) }
        var scale = 1.0
        while targets.contains(where: { $0 * scale != ($0 * scale).rounded() }) {
            scale *= 2
            if scale > 1024 { return nil }
        }
        let scaled = largest * scale
        guard scaled < Double(Int32.max), scaled * totalWeight < Double(1 << 38) else { return nil }
        guard scaled * scaled * totalWeight < Double(1 << 52) else { return nil }
        values = targets.map { Int32($0 * scale) }
    }

    /// Classes.
    init(classes: [Double]) {
        values = classes.map { Int32($0) }
    }

    /// The targets less their mean, rounded to as many steps as leave room for their sums. For `hist`, which needs no
    /// more than to tell good splits from bad ones; values of nodes are always formed from the targets as they are.
    init(rounding targets: [Double], totalWeight: Double) {
        // Far from what sums and quotients of doubles can be: in units of the largest.
        let magnitude = targets.reduce(0) { max($0, abs($1)) }
        let isExtreme = magnitude > 1e290 || magnitude > 0 && magnitude < 1e-280
        let targets = isExtreme ? targets.map { $0 / magnitude } : targets
        let mean = targets.reduce(0, +) / Double(targets.count)
        let largest = targets.reduce(0) { max($0, abs($1 - mean)) }
        let steps = min(Double(1 << 38) / max(1, totalWeight), Double(1 << 30))
        let scale = largest > 0 ? steps / largest : 0
        values = targets.map { Int32((($0 - mean) * scale).rounded()) }
    }
}
