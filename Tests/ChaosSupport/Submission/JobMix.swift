internal import Datasets
internal import DecisionForests
internal import Foundation
internal import Jobs

/// Which jobs a run submits: small ones, through the real path.
struct JobMix: Sendable {
    struct Order: Sendable {
        let job: NewJob
        let entry: Ledger.Entry
    }

    /// The registered model that predictions use; it is there before anything fails.
    static let baseModel = "base"
    /// The share of jobs that train. They draw pictures, which costs the most.
    private static let trainingShare = 0.3

    private var random: SeededRandom

    init(random: SeededRandom) {
        self.random = random
    }

    /// The next job. Some wait for one of `trained`, jobs that train.
    mutating func next(after trained: [Job.ID]) throws -> Order {
        if Double.random(in: 0..<1, using: &random) < Self.trainingShare {
            return try training(
                trees: Int.random(in: 1...3, using: &random),
                seed: UInt32.random(in: 0..<4, using: &random)
            )
        }
        let needed = Int.random(in: 0..<5, using: &random) == 0 ? trained.randomElement(using: &random) : nil
        return Self.predicting(rows: Int.random(in: 1...20, using: &random), with: needed)
    }

    /// The job that makes the base model.
    static func base() throws -> Order {
        try JobMix(random: SeededRandom(seed: 0)).training(trees: 2, seed: 0, model: baseModel)
    }

    private func training(trees: Int, seed: UInt32, model: String? = nil) throws -> Order {
        let model = model ?? "model-\(seed % 2)"
        let told = TrainForest(
            data: DataSelection(source: .builtIn("diabetes")),
            splitSeed: 1,
            hyperparameters: try Hyperparameters(task: .regression, treeCount: trees, maxDepth: 3),
            randomState: seed,
            registeredName: model,
            alias: "champion",
            ifBetter: "rmse"
        )
        var job = NewJob(kind: TrainForest.kind, spec: told, experimentID: 0, submittedBy: "chaos")
        job.params = told.params
        return Order(
            job: job,
            entry: Ledger.Entry(token: job.clientToken, recipe: "\(trees) trees, seed \(seed)", model: model)
        )
    }

    static func predicting(rows: Int, with needed: Job.ID?) -> Order {
        let told = PredictRows(
            modelURI: needed.map { "job:\($0)" } ?? "models:/\(baseModel)/1",
            data: DataSelection(source: .builtIn("diabetes")),
            rows: RowRange(0..<rows)
        )
        var job = NewJob(kind: PredictRows.kind, spec: told, experimentID: 0, submittedBy: "chaos")
        job.needs = needed.map { [$0] } ?? []
        return Order(
            job: job,
            entry: Ledger.Entry(
                token: job.clientToken,
                recipe: "\(rows) rows, \(told.modelURI)",
                model: nil
            )
        )
    }
}
