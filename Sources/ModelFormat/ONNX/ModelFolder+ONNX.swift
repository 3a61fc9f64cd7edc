public import DecisionForests
internal import Foundation
internal import SwiftProtobuf

extension ModelFolder {
    /// The bytes of `model.onnx`: a function of the forest and the names alone.
    ///
    /// The graph rounds its double input to single precision and back, because that is what the forest was trained on
    /// and compares with its double thresholds. A regression is the average of one `TreeEnsemble`. For classes, the
    /// ensemble gives the number of the leaf that each tree ends in, and a table has the class fractions of each leaf:
    /// a leaf of `TreeEnsemble` holds only one number. Sums come first and the division last, so that an even vote
    /// is as even in ONNX as it is in our predictor. Where features are categories the input is text, and a `LabelEncoder`
    /// numbers those; a text that it does not know is a missing value.
    ///
    /// - Throws: `ModelError` with code `invalid` if names and forest do not fit together.
    public static func onnx(
        forest: RandomForest,
        featureNames: [String],
        classLabels: ClassLabels? = nil,
        categories: [String: [String]] = [:]
    ) throws(ModelError) -> [UInt8] {
        guard featureNames.count == forest.featureCount, Set(featureNames).count == featureNames.count else {
            throw ModelError(.invalid, "\(featureNames.count) names for \(forest.featureCount) features, or one twice")
        }
        guard !forest.trees.isEmpty else { throw ModelError(.invalid, "the forest has no trees") }
        var graph =
            categories.isEmpty
            ? OnnxGraph(featureCount: forest.featureCount) : OnnxGraph(categories: featureNames.map { categories[$0] })
        switch (forest.task, classLabels) {
        case (.regression, nil): graph.addRegression(forest)
        case (.classification, let labels?) where labels.count == forest.outputCount:
            guard Set(labels.names).count == labels.count else {
                throw ModelError(.invalid, "two classes have the same label")
            }
            graph.addClassification(forest, labels: labels)
        case (.regression, _), (.classification, _):
            throw ModelError(
                .invalid,
                "a \(forest.task) forest with \(forest.outputCount) outputs and \(classLabels?.count ?? 0) class labels"
            )
        }
        var model = Onnx_ModelProto()
        // The oldest pair of versions that has TreeEnsemble with doubles.
        model.irVersion = 8
        model.opsetImport = [("", 18), ("ai.onnx.ml", 5)].map { domain, version in
            var opset = Onnx_OperatorSetIdProto()
            opset.domain = domain
            opset.version = Int64(version)
            return opset
        }
        model.producerName = "coppice"
        model.graph = graph.proto
        do {
            return try model.serializedBytes()
        } catch {
            throw ModelError(.invalid, "the forest cannot be written as ONNX: \(error)")
        }
    }

}
