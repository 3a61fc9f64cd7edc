internal import DataAccess
internal import Datasets
internal import DecisionForests
internal import Jobs

extension SubmissionService {
    /// How many shards one job may have.
    private static let shardLimit = 1000

    /// Checks a train job whose parts grow its trees, each some of them.
    func prepare(_ request: TrainRequest, shards: Int) async throws -> PreparedJob {
        try check(request)
        let given = try request.data.found()
        let loaded = try await data.load(given, textColumns: request.categorical?.textColumns ?? [])
        var told = try told(request, given: given, table: loaded.table)
        try check(told, fits: try TrainableRows(told, in: loaded.table))
        let limit = min(told.hyperparameters.treeCount, Self.shardLimit)
        guard 1...limit ~= shards else {
            throw SubmissionError(
                option: "--shards",
                "\(shards) shards of \(told.hyperparameters.treeCount) trees are out of range: give 1 to \(limit)"
            )
        }
        try await data.upload(given, table: loaded.table, user: submitter.user)

        let parts = TrainShard.ranges(of: told.hyperparameters.treeCount, count: shards).map { trees in
            part(request, TrainShard(training: told, trees: trees))
        }
        told.shards = shards
        var prepared = prepared(
            kind: TrainForest.kind,
            spec: told,
            params: told.params,
            drawnSeeds: request.drawnSeeds,
            tracking: request.tracking,
            queueing: request.queueing.ofWhole
        )
        prepared.parts = parts
        return prepared
    }

    private func part(_ request: TrainRequest, _ shard: TrainShard) -> NewJob {
        let trees = "\(shard.trees.lowerBound)..<\(shard.trees.upperBound)"
        var tracking = request.tracking
        tracking.runName = tracking.runName.map { "\($0)-\(trees)" }
        return prepared(
            kind: TrainShard.kind,
            spec: shard,
            params: ["trees": trees],
            tracking: tracking,
            queueing: request.queueing.ofPart
        ).job
    }
}
