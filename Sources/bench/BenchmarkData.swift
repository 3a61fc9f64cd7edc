internal import Datasets
internal import DecisionForests

/// The two tables: what to learn from, and the rows to predict.
struct BenchmarkData {
    let featureNames: [String]
    let trainingSet: TrainingSet
    /// The label of each class; nil for a regression.
    let classLabels: [String]?
    let test: FeatureMatrix

    /// - Throws: `DataError` that names the file, the row and the column.
    init(_ arguments: Arguments, _ task: Hyperparameters.Task) throws {
        let train = try CSVReader(source: arguments.train).read(contentsOf: arguments.train)
        guard let target = train.columnNames.last else { throw Failure("\(arguments.train): there are no columns") }
        let labelled = try LabelledTable(train, target: target, task: task)
        featureNames = labelled.featureNames
        classLabels = labelled.classLabels
        trainingSet = try TrainingSet(features: labelled.featureMatrix, target: labelled.target)
        let table = try CSVReader(source: arguments.test).read(contentsOf: arguments.test)
        guard table.rowCount > 0 else { throw Failure("\(arguments.test): there are no rows to predict") }
        test = FeatureMatrix(columns: try table.features(featureNames))
    }
}
