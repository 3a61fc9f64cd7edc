/// Weights by class, as whole numbers: of the nodes that wait, and on both sides of a cut.
struct ClassTotals {
    let classCount: Int
    let classes: UnsafeMutablePointer<Int32>
    let weights: UnsafeMutablePointer<Int32>
    /// What a weight of 1 stands for.
    let unit: Double
    /// The class weights of the nodes that wait, by the position of their first row.
    private let nodeWeights: UnsafeMutablePointer<Int32>
    let left: UnsafeMutablePointer<Int>
    let right: UnsafeMutablePointer<Int>
    private(set) var node = 0
    private(set) var weight = 0
    private(set) var weightLeft = 0

    init(_ rows: TreeRows, _ scratch: Scratch) {
        classCount = rows.outputCount
        classes = rows.targets
        weights = rows.weights
        unit = rows.weightUnit
        nodeWeights = scratch.allocate(Int32.self, rows.count * classCount)
        left = scratch.allocate(Int.self, classCount)
        right = scratch.allocate(Int.self, classCount)
        nodeWeights.update(repeating: 0, count: classCount)
        for row in 0..<rows.count { nodeWeights[Int(classes[row])] += weights[row] }
    }

    /// The entered node's weight of each class.
    var ofNode: UnsafePointer<Int32> { UnsafePointer(nodeWeights + node * classCount) }

    @inline(__always)
    mutating func enter(_ node: Int) {
        self.node = node
        weight = 0
        for index in 0..<classCount { weight &+= Int(nodeWeights[node * classCount + index]) }
        reset()
    }

    @inline(__always)
    mutating func reset() {
        for index in 0..<classCount {
            left[index] = 0
            right[index] = Int(nodeWeights[node * classCount + index])
        }
        weightLeft = 0
    }

    /// Moves a row to the left of the cut.
    @inline(__always)
    mutating func move(_ label: Int, _ weight: Int) {
        left[label] &+= weight
        right[label] &-= weight
        weightLeft &+= weight
    }

    /// Moves all rows to the left of the cut, but these.
    mutating func takeAllBut(_ kept: RowSlice) {
        for index in 0..<classCount {
            left[index] &+= right[index]
            right[index] = 0
        }
        weightLeft = weight
        for index in 0..<kept.count {
            let row = kept[index]
            move(Int(classes[row]), -Int(weights[row]))
        }
    }

    mutating func storeChildren(left leftNode: Int, right rightNode: Int, leftRows: RowSlice) {
        // The left child takes over the parent's place, so the right one is written first.
        let parent = nodeWeights + node * classCount
        let rightWeights = nodeWeights + rightNode * classCount
        rightWeights.update(from: parent, count: classCount)
        for index in 0..<leftRows.count {
            let row = leftRows[index]
            rightWeights[Int(classes[row])] &-= weights[row]
        }
        for index in 0..<classCount { parent[index] &-= rightWeights[index] }
    }

    func ofNode(_ node: Int) -> UnsafePointer<Int32> { UnsafePointer(nodeWeights + node * classCount) }

    func wholeWeight(_ node: Int) -> Int {
        var weight = 0
        for index in 0..<classCount { weight &+= Int(nodeWeights[node * classCount + index]) }
        return weight
    }

    func appendValue(to values: inout [Double]) {
        for index in 0..<classCount { values.append(Double(left[index] + right[index]) / Double(weight)) }
    }
}

/// A scan whose sums are weights by class.
protocol ClassScan: CutScan {
    var totals: ClassTotals { get set }
}

extension ClassScan {
    mutating func storeChildren(left: Int, right: Int, leftRows: RowSlice) {
        totals.storeChildren(left: left, right: right, leftRows: leftRows)
    }
    var weight: Double { Double(totals.weight) * totals.unit }
    var weightLeft: Double { Double(totals.weightLeft) * totals.unit }
    func weight(_ node: Int) -> Double { Double(totals.wholeWeight(node)) * totals.unit }
    func appendValue(to values: inout [Double]) { totals.appendValue(to: &values) }
}
