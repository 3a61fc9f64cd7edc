internal import CForestKernels

/// Weights by class on both sides, and the sums of their squares, kept up to date row by row.
struct GiniScan: ClassScan {
    /// A small node has at most so many classes, and they weigh less than `smallWeight`.
    private static let smallClasses = 8
    private static let smallWeight = 128

    var totals: ClassTotals
    private var totalSquares = 0
    private var squaresLeft = 0
    private var squaresRight = 0
    /// The weights of a small node's rows, each in the byte of its class.
    private let smallWords: UnsafeMutablePointer<UInt64>

    init(_ rows: TreeRows, _ scratch: Scratch) {
        totals = ClassTotals(rows, scratch)
        smallWords = scratch.allocate(UInt64.self, SmallNodes.most)
        smallWords.update(repeating: 0, count: SmallNodes.most)
    }

    static var searchesSmallNodes: Bool { true }

    func copySmall(_ rows: UnsafePointer<UInt32>, _ count: Int) -> Bool {
        // The classes that occur, in the order in which they do.
        var classes = SIMD8<Int32>(repeating: -1)
        var classCount = 0
        var weight = 0
        for index in 0..<count {
            let row = Int(rows[index])
            var place = 0
            while place < classCount && classes[place] != totals.classes[row] { place &+= 1 }
            if place == classCount {
                if classCount == Self.smallClasses { return false }
                classes[place] = totals.classes[row]
                classCount &+= 1
            }
            weight &+= Int(totals.weights[row])
            smallWords[index] = UInt64(truncatingIfNeeded: totals.weights[row]) << UInt64(8 &* place)
        }
        return weight < Self.smallWeight
    }

    func searchSmall(_ node: inout coppice_small_node, _ position: inout Int32) -> Int32 {
        coppice_search_small_gini(&node, smallWords, &position)
    }

    mutating func enter(_ node: Int) {
        totals.enter(node)
        totalSquares = 0
        for index in 0..<totals.classCount { totalSquares &+= totals.right[index] &* totals.right[index] }
        squaresLeft = 0
        squaresRight = totalSquares
    }

    mutating func reset() {
        totals.reset()
        squaresLeft = 0
        squaresRight = totalSquares
    }

    @inline(__always)
    mutating func take(_ row: Int) {
        let label = Int(totals.classes[row])
        let weight = Int(totals.weights[row])
        squaresLeft &+= weight &* (2 &* totals.left[label] &+ weight)
        squaresRight &-= weight &* (2 &* totals.right[label] &- weight)
        totals.move(label, weight)
    }

    mutating func takeAllBut(_ kept: RowSlice) {
        totals.takeAllBut(kept)
        squaresLeft = 0
        squaresRight = 0
        for index in 0..<totals.classCount {
            squaresLeft &+= totals.left[index] &* totals.left[index]
            squaresRight &+= totals.right[index] &* totals.right[index]
        }
    }

    @inline(__always)
    func mayBeat(_ best: Double) -> Bool {
        let weight = Double(totals.weight)
        let weightLeft = Double(totals.weightLeft)
        let weightRight = weight - weightLeft
        // gain = squaresLeft / weightLeft + squaresRight / weightRight - weight, but for rounding
        let numerator = Double(squaresLeft) * weightRight + Double(squaresRight) * weightLeft
        return numerator > (best + weight * (1 - 1e-13)) * (weightLeft * weightRight)
    }

    var gain: Double {
        let weightLeft = Double(totals.weightLeft)
        let weightRight = Double(totals.weight) - weightLeft
        let impurityLeft = 1 - Double(squaresLeft) / (weightLeft * weightLeft)
        let impurityRight = 1 - Double(squaresRight) / (weightRight * weightRight)
        return -weightRight * impurityRight - weightLeft * impurityLeft
    }

    func impurity(_ node: Int) -> Double {
        let weights = totals.ofNode(node)
        var squares = 0.0
        var weight = 0
        for index in 0..<totals.classCount {
            squares += Double(weights[index]) * Double(weights[index])
            weight &+= Int(weights[index])
        }
        return 1 - squares / (Double(weight) * Double(weight))
    }
}
