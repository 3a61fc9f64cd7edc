/// Weights by class on both sides, and the sums of their squares, kept up to date row by row.
struct GiniScan: CutScan {
    private let classCount: Int
    private let classes: UnsafeMutablePointer<Int32>
    private let weights: UnsafeMutablePointer<Int32>
    /// The class weights of the nodes that wait, by the position of their first row.
    private let nodeWeights: UnsafeMutablePointer<Int32>
    private let left: UnsafeMutablePointer<Int>
    private let right: UnsafeMutablePointer<Int>

    private var node = 0
    private(set) var weight = 0.0
    private var totalSquares = 0
    private var squaresLeft = 0
    private var squaresRight = 0
    private var wholeWeight = 0
    private var wholeWeightLeft = 0

    init(_ rows: TreeRows, _ scratch: Scratch) {
        classCount = rows.outputCount
        classes = rows.targets
        weights = rows.weights
        nodeWeights = scratch.allocate(Int32.self, rows.count * classCount)
        left = scratch.allocate(Int.self, classCount)
        right = scratch.allocate(Int.self, classCount)
    }

    mutating func storeRoot(_ count: Int) {
        nodeWeights.update(repeating: 0, count: classCount)
        for row in 0..<count { nodeWeights[Int(classes[row])] += weights[row] }
    }

    mutating func enter(_ node: Int) {
        self.node = node
        totalSquares = 0
        wholeWeight = 0
        for index in 0..<classCount {
            let weight = Int(nodeWeights[node * classCount + index])
            totalSquares += weight * weight
            wholeWeight += weight
        }
        weight = Double(wholeWeight)
        reset()
    }

    mutating func reset() {
        for index in 0..<classCount {
            left[index] = 0
            right[index] = Int(nodeWeights[node * classCount + index])
        }
        wholeWeightLeft = 0
        squaresLeft = 0
        squaresRight = totalSquares
    }

    @inline(__always)
    mutating func take(_ row: Int) {
        let label = Int(classes[row])
        let weight = Int(weights[row])
        squaresLeft &+= weight &* (2 &* left[label] &+ weight)
        squaresRight &-= weight &* (2 &* right[label] &- weight)
        left[label] &+= weight
        right[label] &-= weight
        wholeWeightLeft &+= weight
    }

    var weightLeft: Double { Double(wholeWeightLeft) }

    @inline(__always)
    func mayBeat(_ best: Double) -> Bool {
        let weightLeft = Double(wholeWeightLeft)
        let weightRight = weight - weightLeft
        // gain = squaresLeft / weightLeft + squaresRight / weightRight - weight, but for rounding
        let numerator = Double(squaresLeft) * weightRight + Double(squaresRight) * weightLeft
        return numerator > (best + weight * (1 - 1e-13)) * (weightLeft * weightRight)
    }

    var gain: Double {
        let weightLeft = Double(wholeWeightLeft)
        let weightRight = weight - weightLeft
        let impurityLeft = 1 - Double(squaresLeft) / (weightLeft * weightLeft)
        let impurityRight = 1 - Double(squaresRight) / (weightRight * weightRight)
        return -weightRight * impurityRight - weightLeft * impurityLeft
    }

    mutating func storeChildren(left leftNode: Int, right rightNode: Int, leftRows: RowSlice) {
        // The left child takes over the parent's place, so the right one is written first.
        let parent = nodeWeights + node * classCount
        let rightWeights = nodeWeights + rightNode * classCount
        rightWeights.update(from: parent, count: classCount)
        for index in 0..<leftRows.count {
            let row = leftRows[index]
            rightWeights[Int(classes[row])] -= weights[row]
        }
        for index in 0..<classCount { parent[index] -= rightWeights[index] }
    }

    func impurity(_ node: Int) -> Double {
        var squares = 0.0
        for index in 0..<classCount {
            let weight = Double(nodeWeights[node * classCount + index])
            squares += weight * weight
        }
        let weight = weight(node)
        return 1 - squares / (weight * weight)
    }

    func weight(_ node: Int) -> Double {
        var weight = 0
        for index in 0..<classCount { weight += Int(nodeWeights[node * classCount + index]) }
        return Double(weight)
    }

    func appendValue(to values: inout [Double]) {
        for index in 0..<classCount { values.append(Double(left[index] + right[index]) / weight) }
    }
}
