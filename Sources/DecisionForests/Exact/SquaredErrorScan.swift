/// Sums of weights and weighted targets, side by side in one 64-bit word: one addition moves a row.
struct SquaredErrorScan: CutScan {
    private static let mask = Int64(1) << IntegerTargets.weightBits - 1

    private let words: UnsafeMutablePointer<Int64>
    private let squares: UnsafeMutablePointer<Double>
    private let scale: Double
    /// The totals of the nodes that wait, by the position of their first row.
    private let nodeWords: UnsafeMutablePointer<Int64>
    private let nodeSquares: UnsafeMutablePointer<Double>

    private var node = 0
    private var total: Int64 = 0
    private var left: Int64 = 0

    init(_ rows: TreeRows, _ scratch: Scratch) {
        words = scratch.allocate(Int64.self, rows.count)
        squares = scratch.allocate(Double.self, rows.count)
        nodeWords = scratch.allocate(Int64.self, rows.count)
        nodeSquares = scratch.allocate(Double.self, rows.count)
        scale = rows.scale
        for row in 0..<rows.count {
            let target = Int64(rows.targets[row])
            let weight = Int64(rows.weights[row])
            words[row] = (target * weight) << Int64(IntegerTargets.weightBits) + weight
            squares[row] = Double(weight) * Double(target) * Double(target)
        }
    }

    mutating func storeRoot(_ count: Int) {
        nodeWords[0] = 0
        nodeSquares[0] = 0
        for row in 0..<count {
            nodeWords[0] += words[row]
            nodeSquares[0] += squares[row]
        }
    }

    @inline(__always)
    mutating func enter(_ node: Int) {
        self.node = node
        total = nodeWords[node]
        left = 0
    }

    @inline(__always)
    mutating func reset() { left = 0 }

    @inline(__always)
    mutating func take(_ row: Int) { left &+= words[row] }

    @inline(__always)
    private static func weight(_ word: Int64) -> Double { Double(word & mask) }

    @inline(__always)
    private static func sum(_ word: Int64) -> Double { Double(word >> Int64(IntegerTargets.weightBits)) }

    var weight: Double { Self.weight(total) }
    var weightLeft: Double { Self.weight(left) }

    @inline(__always)
    mutating func gain(above best: Double) -> Double? {
        let weightLeft = Self.weight(left)
        let weightRight = Self.weight(total &- left)
        let sumLeft = Self.sum(left)
        let sumRight = Self.sum(total &- left)
        let squareLeft = sumLeft * sumLeft
        let squareRight = sumRight * sumRight
        let margin = 1 - 1e-13
        if squareLeft * weightRight + squareRight * weightLeft <= best * margin * (weightLeft * weightRight) {
            return nil
        }
        let gain = squareLeft / weightLeft + squareRight / weightRight
        return gain > best ? gain : nil
    }

    mutating func storeChildren(left leftNode: Int, right rightNode: Int, leftRows: ListSlice) {
        var word: Int64 = 0
        var square = 0.0
        for index in 0..<leftRows.count {
            let row = Int(leftRows.entries[index].row)
            word &+= words[row]
            square += squares[row]
        }
        let totalSquare = nodeSquares[node]
        nodeWords[leftNode] = word
        nodeSquares[leftNode] = square
        nodeWords[rightNode] = total &- word
        nodeSquares[rightNode] = totalSquare - square
    }

    func impurity(_ node: Int) -> Double {
        let weight = Self.weight(nodeWords[node])
        let mean = Self.sum(nodeWords[node]) / weight
        return (nodeSquares[node] / weight - mean * mean) / (scale * scale)
    }

    func weight(_ node: Int) -> Double { Self.weight(nodeWords[node]) }

    func appendValue(to values: inout [Double]) {
        values.append(Self.sum(total) / scale / Self.weight(total))
    }
}
