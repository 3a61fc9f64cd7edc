internal import Datasets
internal import DecisionForests
internal import Foundation
internal import Jobs
internal import ModelFormat
internal import Tracking

/// The model folder of a trained forest, and its identity.
struct LoggedForest: Sendable {
    let id = LoggedModel.ID.random()
    let name: String
    let folder: ModelFolder

    /// - Throws: `ModelError`.
    init(_ training: Training, job: ClaimedJob) throws {
        name = training.told.modelName
        let columns = try training.labelled.features.features(training.labelled.featureNames)
        let exampleRows = training.split.train.prefix(5)
        let id = self.id
        folder = try ModelFolder(
            forest: training.forest,
            featureNames: training.labelled.featureNames,
            classLabels: training.labelled.classLabels.map(ClassLabels.init(names:)),
            categories: training.labelled.categories,
            inputExample: exampleRows.map { row in columns.map { $0[row] } },
            identity: ModelIdentity(
                modelUUID: String(id.rawValue.dropFirst(2)),
                modelID: id.rawValue,
                runID: job.runID,
                artifactPath: name,
                targetName: training.labelled.targetName,
                createdAt: Date()
            )
        )
    }

    /// The files, below the model's name.
    var artifacts: [(path: String, bytes: [UInt8])] {
        folder.files.map { ("\(name)/\($0.path)", $0.bytes) }
    }

    /// MLflow's signature as one JSON object.
    var signatureJSON: String {
        let outputs = folder.signature.outputs?.json ?? "null"
        return "{\"inputs\": \(folder.signature.inputs.json), \"outputs\": \(outputs)}"
    }
}
