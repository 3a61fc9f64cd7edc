/// What a part of a train job is told: which trees of the forest to grow.
public struct TrainShard: Sendable, Equatable, Codable {
    public static let kind = "train_shard"

    /// What the whole is told.
    public var training: TrainForest
    /// The trees to grow, by their place in the forest.
    public var trees: Range<Int>

    public init(training: TrainForest, trees: Range<Int>) {
        self.training = training
        self.trees = trees
    }

    /// The trees of `count` shards: one after the other, as equal as can be.
    public static func ranges(of treeCount: Int, count: Int) -> [Range<Int>] {
        (0..<count).map { (treeCount * $0 / count)..<(treeCount * ($0 + 1) / count) }
    }
}
