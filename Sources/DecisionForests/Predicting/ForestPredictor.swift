/// A forest laid out for the cache, at 8 bytes a node and one value per distinct leaf.
///
/// Predictions are those of the trees as they are, bit by bit: a leaf's values are added in the order of the trees and
/// divided by their number. A `Float` is at most a `Double` threshold exactly if it is at most the threshold rounded
/// down to a `Float`, so the nodes hold `Float`.
public struct ForestPredictor: Sendable {
    public let task: Hyperparameters.Task
    public let featureCount: Int
    public let outputCount: Int
    let layout: PackedLayout
    let nodes: [PackedNode]
    /// The root of each tree, and the number of steps from there to the deepest leaf.
    let roots: [(node: Int32, depth: Int32)]
    /// `outputCount` values per distinct leaf.
    let values: [Double]
    /// The forest itself if it cannot be packed: huge trees over very many features need more than 32 bits a node.
    let unpacked: RandomForest?

    /// O(nodes)
    public init(_ forest: RandomForest) {
        task = forest.task
        featureCount = forest.featureCount
        outputCount = forest.outputCount
        var packing = ForestPacking(forest)
        let canPack = forest.trees.allSatisfy { packing.fits($0) }
        if canPack {
            for tree in forest.trees { packing.add(tree) }
        }
        unpacked = canPack ? nil : forest
        layout = packing.layout
        nodes = packing.nodes
        roots = packing.roots
        values = packing.values
    }

    /// What the nodes and leaf values take up.
    public var byteCount: Int {
        nodes.count * MemoryLayout<PackedNode>.stride + values.count * MemoryLayout<Double>.stride
    }
}

/// How a node's 32 bits are divided: from the top the leaf mark, the way of missing values, the feature, and the
/// distance to the left child.
struct PackedLayout: Sendable {
    static let leaf: UInt32 = 1 << 31
    static let missingGoesLeft: UInt32 = 1 << 30
    let childBits: UInt32
    let childMask: UInt32
    let featureMask: UInt32

    init(featureCount: Int) {
        let featureBits = UInt32(Int.bitWidth - max(1, featureCount - 1).leadingZeroBitCount)
        childBits = 30 - featureBits
        childMask = (1 << childBits) - 1
        featureMask = (1 << featureBits) - 1
    }

    /// The left child counts from the tree's root; the right one stands right after it.
    func leftChild(_ node: PackedNode) -> Int { Int(node.bits & childMask) }
    func feature(_ node: PackedNode) -> Int { Int((node.bits >> childBits) & featureMask) }
}

/// A question, or a leaf: then `threshold` holds the bits of its index among the values.
struct PackedNode: Sendable, BitwiseCopyable {
    var threshold: Float
    var bits: UInt32

    var isLeaf: Bool { bits & PackedLayout.leaf != 0 }
    var valueIndex: Int { Int(threshold.bitPattern) }
}
