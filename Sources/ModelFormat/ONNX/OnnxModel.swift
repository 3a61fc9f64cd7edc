internal import DecisionForests
internal import Foundation
internal import SwiftProtobuf

/// What `model.onnx` computes, taken out of its graph: one tree ensemble and what becomes of its sums.
struct OnnxModel: Sendable {
    enum Output: Sendable {
        /// The one sum.
        case value
        /// A probability for each class.
        case classes(ClassLabels)
        /// The probability of the second class of two.
        case secondClass(ClassLabels)
        /// A number of a leaf for each tree; the fractions of each class in each leaf.
        case leafFractions([Double], ClassLabels)
    }

    let ensemble: TreeEnsemble
    let output: Output
    /// How many features a row has; nil if the model does not say.
    let featureCount: Int?
    /// Of the features that are text, in the order of the numbers that stand for them.
    let categories: [Int: [String]]

    init(bytes: [UInt8]) throws(ModelError) {
        let model: Onnx_ModelProto
        do {
            model = try Onnx_ModelProto(serializedBytes: bytes)
        } catch {
            throw ModelError(.corrupt, "model.onnx is cut off or damaged: it is not a protocol buffer")
        }
        // We write the version of these operators last: where it is missing, the end is.
        let isComplete = model.opsetImport.contains { $0.domain == "ai.onnx.ml" }
        guard model.hasGraph, !model.graph.node.isEmpty, isComplete else {
            throw ModelError(.corrupt, "model.onnx is cut off or damaged: it holds no complete graph")
        }
        let graph = GraphReader(model.graph)
        let (node, kind) = try graph.ensemble()
        var ensemble: TreeEnsemble
        switch kind {
        case .operator5:
            ensemble = try TreeEnsemble(operator5: node)
            output = try graph.outputOfOperator5(ensemble)
        case .regressor:
            ensemble = try TreeEnsemble(operator1: node, targetCount: nil)
            try graph.allow(["Cast", "Identity", "Reshape", "Squeeze", "Flatten"])
            output = .value
        case .classifier:
            let labels = try graph.classLabels(of: node)
            let ids = try NodeReader(node).integers("class_ids")
            ensemble = try TreeEnsemble(operator1: node, targetCount: labels.count)
            try graph.allow(["Cast", "Identity", "ZipMap"])
            // With two classes a converter may leave the first one to be the rest.
            let isBinary = labels.count == 2 && Set(ids).count == 1
            if isBinary, ensemble.leaves.weights.contains(where: { $0.weight < 0 }) {
                throw ModelError(
                    .unsupportedOperator,
                    "model.onnx: leaves hold scores, not probabilities: this is not read"
                )
            }
            output = isBinary ? .secondClass(labels) : .classes(labels)
        }
        if case .value = output, ensemble.targetCount != 1 {
            throw ModelError(
                .unsupportedOperator,
                "model.onnx predicts \(ensemble.targetCount) numbers at once: only models with one are read"
            )
        }
        let input = try graph.input(of: node)
        ensemble.roundsInputs = input.isRounded
        featureCount = input.featureCount
        categories = input.categories
        if let featureCount, ensemble.testedFeatureCount > featureCount {
            throw TreeEnsemble.damaged("a node tests feature \(ensemble.testedFeatureCount - 1) of \(featureCount)")
        }
        self.ensemble = ensemble
    }
}
