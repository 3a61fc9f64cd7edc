public import DecisionForests

/// A model read from its folder, ready to predict.
///
/// Reads what `ModelFolder` writes, and ONNX tree ensembles that others made, such as scikit-learn's converter.
public struct LoadedModel: Sendable {
    /// nil if the folder has none, as MLflow allows.
    public let signature: ModelSignature?
    public let runID: String?
    public let modelUUID: String?
    /// MLflow 3's logged model, `m-…`.
    public let modelID: String?
    /// The labels of a classification; nil for a regression.
    public let classLabels: ClassLabels?
    /// Number of features; nil if neither the signature nor the ONNX file says so.
    public let featureCount: Int?
    /// Of the features that are text, in the order of the numbers that stand for them. Text that is not among them is a
    /// missing value to the model.
    public let categories: [String: [String]]
    /// The column that the model was trained to predict; nil if the folder does not say.
    public let targetName: String?
    /// The forest, where the model is one of ours: leaves and thresholds bit for bit, without what only training knows
    /// (samples and impurities are 0). It predicts faster than the general way.
    public let forest: RandomForest?

    let model: OnnxModel

    /// Reads a model folder.
    ///
    /// - Parameter file: gives the bytes of a file of the folder by its path; nil if there is no such file.
    /// - Throws: `ModelError`, and what `file` throws.
    public init(file: (_ path: String) async throws -> [UInt8]?) async throws {
        guard let description = try await file("MLmodel") else {
            throw ModelError(.missingFile, "the folder has no file MLmodel: it is not a model folder")
        }
        let mlmodel = try MLmodelFile(String(decoding: description, as: UTF8.self))
        guard let onnx = try await file(mlmodel.onnxPath) else {
            throw ModelError(
                .missingFile,
                "the model folder has no file \(quotedList([mlmodel.onnxPath])), which MLmodel names"
            )
        }
        try self.init(mlmodel, onnx: onnx)
    }

    /// Reads a model folder that is in memory.
    public init(files: [String: [UInt8]]) throws(ModelError) {
        guard let description = files["MLmodel"] else {
            throw ModelError(.missingFile, "the folder has no file MLmodel: it is not a model folder")
        }
        let mlmodel = try MLmodelFile(String(decoding: description, as: UTF8.self))
        guard let onnx = files[mlmodel.onnxPath] else {
            throw ModelError(
                .missingFile,
                "the model folder has no file \(quotedList([mlmodel.onnxPath])), which MLmodel names"
            )
        }
        try self.init(mlmodel, onnx: onnx)
    }

    private init(_ mlmodel: MLmodelFile, onnx: [UInt8]) throws(ModelError) {
        model = try OnnxModel(bytes: onnx)
        signature = mlmodel.signature
        runID = mlmodel.runID
        modelUUID = mlmodel.modelUUID
        modelID = mlmodel.modelID
        targetName = mlmodel.targetName
        switch model.output {
        case .value: classLabels = nil
        case .classes(let labels), .secondClass(let labels), .leafFractions(_, let labels): classLabels = labels
        }
        var featureCount = model.featureCount
        switch mlmodel.signature?.inputs {
        case .columns(let columns):
            let known = model.categories
            let unfit = columns.enumerated().first { index, column in
                known[index] == nil ? !Self.numberTypes.contains(column.type) : column.type != "string"
            }
            if let unfit = unfit?.element {
                throw ModelError(
                    .unsupportedSignature,
                    "the model takes \(quotedList([unfit.name])) as \(unfit.type): only columns of numbers can be used"
                )
            }
            guard featureCount == nil || featureCount == columns.count,
                columns.count >= model.ensemble.testedFeatureCount
            else {
                throw ModelError(
                    .corrupt,
                    "MLmodel has \(columns.count) inputs in its signature, model.onnx takes "
                        + "\(featureCount ?? model.ensemble.testedFeatureCount): the files do not belong together"
                )
            }
            featureCount = columns.count
            categories = Dictionary(
                columns.enumerated().compactMap { index, column in known[index].map { (column.name, $0) } }
            ) { first, _ in first }
        case .tensor where !model.categories.isEmpty, nil where !model.categories.isEmpty:
            throw ModelError(.unsupportedSignature, "the model takes text, and MLmodel does not name its columns")
        case .tensor(_, let shape) where featureCount == nil && shape.count == 2 && shape[1] > 0:
            featureCount = shape[1]
            categories = [:]
        case .tensor, nil: categories = [:]
        }
        self.featureCount = featureCount
        forest = model.forest(featureCount: featureCount)
    }

    private static let numberTypes: Set<String> = ["double", "float", "long", "integer", "boolean"]
}
