public import Artifacts
public import DataAccess
internal import Datasets
internal import DecisionForests
internal import Foundation
public import Jobs
internal import ModelFormat
internal import Postgres
public import Registry
internal import Tracking

/// Predicts rows with a model of the store, and publishes the run, its predictions and its metrics.
public struct PredictRowsHandler: JobHandler {
    public let kind = PredictRows.kind

    let data: DataLoader
    let artifacts: ArtifactStore
    let registry: RegistryStore

    public init(data: DataLoader, artifacts: ArtifactStore, registry: RegistryStore) {
        self.data = data
        self.artifacts = artifacts
        self.registry = registry
    }

    public func run(_ job: ClaimedJob, context: JobContext) async throws -> JobResult {
        let told = try job.decodeSpec(PredictRows.self)
        let (model, prediction, loaded) = try await withPermanentFailures {
            let model = try await registry.resolve(ModelURI(told.modelURI))
            let forest = try await ModelReader(artifacts: artifacts).load(model)
            let loaded = try await data.load(
                told.data.source,
                textColumns: forest.textColumns(target: told.data.target)
            )
            let prediction = try Prediction(told, with: forest, on: loaded.table)
            return (model, prediction, loaded)
        }
        context.log("predicted \(prediction.predictions.count) rows of \(loaded.name) with \(model.pinnedURI)")
        for (column, count) in prediction.unknownCategories {
            context.log("the model has not seen \(count) values of column '\(column)', and takes them for missing ones")
        }
        let staged = try await artifacts.stage([("predictions.csv", Array(prediction.csv.utf8))])
        let batch = PredictionBatch(
            modelURI: model.pinnedURI.description,
            modelName: model.name,
            modelVersion: model.version,
            firstRow: prediction.firstRow,
            predictions: prediction.values,
            actual: prediction.actualNumbers
        )
        return JobResult { session in
            let run = Run.Number(rawValue: job.runNumber)
            let now = try TrackingStore.currentTime(in: session)
            try TrackingStore.log(
                metrics: prediction.metrics.map { Metric(key: $0.key, value: $0.value, timestamp: now) },
                run: run,
                in: session
            )
            try TrackingStore.logInput(
                dataset: loaded.info,
                context: "prediction",
                run: run,
                experiment: Experiment.ID(rawValue: job.experimentID),
                in: session
            )
            try staged.publish(run: job.runNumber, in: session)
            try TrackingStore.log(predictions: batch, run: run, in: session)
        }
    }
}
