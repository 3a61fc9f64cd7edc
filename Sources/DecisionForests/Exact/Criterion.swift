/// Measures how good it is to cut a node's rows in two.
///
/// The rows of the node are a range of `rows` in the order of a feature. The cut moves from left to right; sums are
/// formed in that order, and from the other end when that is nearer, exactly as scikit-learn forms them.
protocol Criterion {
    init(_ problem: TreeProblem, rows: UnsafePointer<Int32>)

    var weight: Double { get }
    var weightLeft: Double { get }
    var weightRight: Double { get }

    /// Looks at the rows of a node.
    mutating func enter(_ range: Range<Int>)
    /// Puts the cut before the first row; the order of the rows may have changed since `enter`.
    mutating func reset()
    /// Moves the cut to the right.
    mutating func move(to position: Int)

    var nodeImpurity: Double { get }
    var childrenImpurity: (left: Double, right: Double) { get }
    /// Larger for better cuts of the same node.
    var gain: Double { get }
    /// The gain if it is above `best`; may tell without computing it that it is not.
    func gain(above best: Double) -> Double?
    /// Appends the node's prediction, one number or a share per class.
    func appendValue(to values: inout [Double])
    /// What monotonic constraints compare: the predictions of the children.
    var childrenValue: (left: Double, right: Double) { get }
    /// Half way between the children's predictions.
    var middleValue: Double { get }
    /// What cuts are measured by, if by these sums alone and as the squared error is.
    var squaredSums: TargetSums? { get }
}

extension Criterion {
    var squaredSums: TargetSums? { nil }

    var gain: Double {
        let impurity = childrenImpurity
        return -weightRight * impurity.right - weightLeft * impurity.left
    }

    func gain(above best: Double) -> Double? {
        let gain = gain
        return gain > best ? gain : nil
    }

    /// The decrease of impurity by the cut, weighted with the node's share of `totalWeight`.
    func improvement(from impurity: Double, to children: (left: Double, right: Double), totalWeight: Double) -> Double {
        weight / totalWeight
            * (impurity - weightRight / weight * children.right - weightLeft / weight * children.left)
    }

    func isMonotonic(_ constraint: Int, within node: NodeContext) -> Bool {
        let (left, right) = childrenValue
        return min(left, right) >= node.lowerBound && max(left, right) <= node.upperBound
            && (left - right) * Double(constraint) <= 0
    }
}
