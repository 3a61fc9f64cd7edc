internal import DataAccess
internal import Datasets
internal import DecisionForests
internal import Jobs

/// A trained forest, and all that is needed to measure it.
struct Training: Sendable {
    let told: TrainForest
    let data: LoadedData
    let labelled: LabelledTable
    let split: TrainTestSplit
    /// The rows kept for testing, in the order of `split.test`.
    let testFeatures: FeatureMatrix
    let forest: RandomForest

    /// The forest, measured on the test rows.
    var evaluation: any Evaluation {
        switch labelled.target {
        case .values(let values): RegressionEvaluation(self, values: values)
        case .classes(let classes, let count):
            ClassificationEvaluation(
                self,
                classes: classes,
                labels: labelled.classLabels ?? (0..<count).map { String($0) }
            )
        }
    }
}
