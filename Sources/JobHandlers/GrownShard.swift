public import Artifacts
internal import DecisionForests
public import Jobs

/// Trees of a forest that a part of the job has grown.
struct GrownShard: Sendable {
    let job: Job.ID
    let range: Range<Int>
    /// nil: what the part left is not there any more.
    let archive: TreeArchive?
}

extension [GrownShard] {
    /// All trees in order. Those that are missing, or were grown on other data (a table that changed meanwhile), are
    /// grown here.
    func trees(
        for trainer: RandomForestTrainer,
        on trainingSet: TrainingSet,
        digest: Digest
    ) async throws -> [DecisionTree] {
        var trees: [DecisionTree] = []
        for shard in self {
            if let archive = shard.archive, archive.dataDigest == digest, archive.trees.count == shard.range.count {
                trees += archive.trees
            } else {
                trees += try await trainer.growTrees(shard.range, on: trainingSet)
            }
        }
        return trees
    }
}

/// Where the parts of a train job leave their trees.
public struct ShardStore: Sendable {
    let jobs: JobStore
    let artifacts: ArtifactStore

    public init(jobs: JobStore, artifacts: ArtifactStore) {
        self.jobs = jobs
        self.artifacts = artifacts
    }

    /// What the parts of a job have grown, in the order of the trees.
    ///
    /// - Throws: `JobFailure`, permanent, if one of them did not succeed.
    func shards(of whole: Job.ID, _ told: TrainForest) async throws -> [GrownShard] {
        guard let count = told.shards else { return [] }
        let parts = try await jobs.parts(of: whole)
        if let failed = parts.first(where: { $0.state != .succeeded }) {
            throw JobFailure.permanent(
                "job \(failed.id), which grew some of its trees, \(failed.state.rawValue)"
                    + (failed.error.map { ": \($0)" } ?? "") + "; 'coppice jobs retry \(whole)' grows them again"
            )
        }
        let ranges = TrainShard.ranges(of: told.hyperparameters.treeCount, count: count)
        // Parts that were pruned meanwhile: all trees are grown here.
        guard parts.count == ranges.count else { return [] }
        var shards: [GrownShard] = []
        for (part, range) in zip(parts, ranges) {
            let archive = try await artifacts.jobBlob(of: part.id.rawValue).flatMap(TreeArchive.init(bytes:))
            shards.append(GrownShard(job: part.id, range: range, archive: archive))
        }
        return shards
    }
}
