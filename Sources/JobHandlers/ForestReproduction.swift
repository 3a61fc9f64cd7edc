public import Artifacts
public import DataAccess
internal import Datasets
public import Jobs
internal import ModelFormat

/// Trains a recorded forest again, to see whether it is the same.
public struct ForestReproduction: Sendable {
    /// SHA-256 of the `model.onnx` that this training makes. The file depends on the forest and the names of its
    /// columns and classes only, so equal digests mean the same forest to the last bit.
    public let digest: Digest

    /// - Parameters:
    ///   - told: what the train job was told.
    ///   - progress: gets the share of trees that are done.
    /// - Throws: `JobFailure` if the data or the parameters cannot be trained on any more, `CancellationError`.
    public init(
        _ told: TrainForest,
        data: DataLoader,
        progress: @escaping @Sendable (Double) -> Void
    ) async throws {
        digest = try await withPermanentFailures {
            let training = try await Training(told, data: data, threadCount: nil, progress: progress)
            return Digest(
                of: try ModelFolder.onnx(
                    forest: training.forest,
                    featureNames: training.labelled.featureNames,
                    classLabels: training.labelled.classLabels.map(ClassLabels.init(names:)),
                    categories: training.labelled.categories
                )
            )
        }
    }
}
