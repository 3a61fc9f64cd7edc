internal import Artifacts
internal import DecisionForests
internal import Foundation
internal import Jobs
internal import Postgres
internal import Registry
internal import Tracking

/// Everything a train job makes visible, in the order in which the finishing transaction writes it.
struct TrainPublication: Sendable {
    let job: ClaimedJob
    let training: Training
    let metrics: [(key: String, value: Double)]
    let model: LoggedForest
    let artifacts: StagedArtifacts
    /// The parts of the job, whose trees are in the model now.
    var shardJobs: [Job.ID] = []

    func publish(in session: borrowing Session) throws {
        let run = Run.Number(rawValue: job.runNumber)
        let experiment = Experiment.ID(rawValue: job.experimentID)
        let now = try TrackingStore.currentTime(in: session)
        let logged = metrics.map { Metric(key: $0.key, value: $0.value, timestamp: now) }
        let dataset = training.data.info

        try TrackingStore.log(metrics: logged + learningCurve(at: now), run: run, in: session)
        try TrackingStore.logInput(
            dataset: dataset,
            context: "training",
            run: run,
            experiment: experiment,
            in: session
        )
        try artifacts.publish(run: job.runNumber, in: session)
        try ArtifactStore.discardJobBlobs(of: shardJobs.map(\.rawValue), in: session)
        let loggedModel = try TrackingStore.createLoggedModel(
            NewLoggedModel(
                id: model.id,
                experiment: experiment,
                name: model.name,
                run: run,
                artifactPath: model.name,
                status: .ready,
                signature: model.signatureJSON,
                params: training.told.params,
                metrics: logged,
                metricsDataset: dataset
            ),
            in: session
        )
        // Last: it locks the row of the registered model, which other jobs wait for.
        if let name = training.told.registeredName {
            try register(name, loggedModel: loggedModel, in: session)
        }
    }

    /// The out-of-bag error with the first tree, the first two, …, as a metric whose step is the number of trees.
    private func learningCurve(at date: Date) -> [Metric] {
        guard let curve = training.forest.outOfBag?.learningCurve else { return [] }
        return zip(1..., curve).compactMap { step, error in
            error.isNaN ? nil : Metric(key: "oob_error", value: error, step: Int64(step), timestamp: date)
        }
    }

    private func register(_ name: String, loggedModel: LoggedModel, in session: borrowing Session) throws {
        let version = try RegistryStore.registerVersion(
            NewModelVersion(
                model: name,
                source: "models:/\(loggedModel.id)",
                run: job.runNumber,
                loggedModel: loggedModel.number.rawValue,
                job: job.id.rawValue,
                user: job.submittedBy
            ),
            in: session
        )
        guard let alias = training.told.alias else { return }
        if try training.told.ifBetter.map({ try isBetter($0, than: alias, of: name, in: session) }) ?? true {
            try RegistryStore.setAlias(alias, model: name, version: version, in: session)
        }
    }

    /// Whether this model beats the version that holds the alias. The row of the registered model is locked by now, so
    /// two jobs that race for an alias decide one after the other.
    private func isBetter(
        _ metric: String,
        than alias: String,
        of name: String,
        in session: borrowing Session
    ) throws -> Bool {
        guard let ours = metrics.first(where: { $0.key == metric })?.value else {
            throw JobFailure.permanent("the model has no metric \(metric) to compare by")
        }
        guard
            let holder = try RegistryStore.holder(of: alias, model: name, in: session),
            let run = holder.run,
            let theirs = try TrackingStore.latestMetric(metric, run: Run.Number(rawValue: run), in: session)
        else { return true }
        return MetricDirection(of: metric).isBetter(ours, than: theirs)
    }
}
