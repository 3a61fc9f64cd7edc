public import Artifacts
public import DataAccess
internal import DecisionForests
public import Jobs

/// Grows some trees of a forest, and leaves them for the job of which this one is a part.
public struct TrainShardHandler: JobHandler {
    public let kind = TrainShard.kind

    let data: DataLoader
    let artifacts: ArtifactStore
    let threadCount: Int?

    /// - Parameter threadCount: for training; nil: as many as the machine has cores.
    public init(data: DataLoader, artifacts: ArtifactStore, threadCount: Int?) {
        self.data = data
        self.artifacts = artifacts
        self.threadCount = threadCount
    }

    public func run(_ job: ClaimedJob, context: JobContext) async throws -> JobResult {
        let told = try job.decodeSpec(TrainShard.self)
        let staged = try await withPermanentFailures {
            let rows = try await TrainingData(told.training, data: data)
            context.log("growing the trees \(told.trees) on \(rows.loaded.name)")
            let count = Double(told.trees.count)
            let trees = try await rows.trainer(threadCount: threadCount)
                .growTrees(told.trees, on: try rows.trainingSet) { context.report(progress: Double($0) / count) }
            let archive = TreeArchive(dataDigest: rows.loaded.digest, trees: trees)
            return try await artifacts.stage([(path: "trees", bytes: archive.bytes)])
        }
        return JobResult { session in try staged.publish(blobOfJob: job.id.rawValue, in: session) }
    }
}
