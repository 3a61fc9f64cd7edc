public import Jobs
public import Postgres
internal import Registry
public import Tracking

/// A job and what it made, as `submit --wait` tells it.
public struct JobReport: Sendable, Equatable {
    public let status: JobStatus
    /// The run of its latest attempt.
    public let run: Run?
    /// The version it registered.
    public let modelVersion: (name: String, version: Int)?
    /// The first predictions of a predict job, at most 1,000.
    public let predictions: PredictedValues

    public static let predictionLimit = 1000

    public var runName: String? { run?.name }
    /// The latest value of each metric of its run.
    public var metrics: [String: Double] { run?.metrics.mapValues(\.value) ?? [:] }

    public static func == (left: JobReport, right: JobReport) -> Bool {
        left.status == right.status && left.run == right.run
            && left.modelVersion?.name == right.modelVersion?.name
            && left.modelVersion?.version == right.modelVersion?.version && left.predictions == right.predictions
    }
}

/// Puts together what the stores know of a job.
public struct JobReporter: Sendable {
    let tracking: TrackingStore
    let registry: RegistryStore

    public init(pool: PostgresPool) {
        tracking = TrackingStore(pool: pool)
        registry = RegistryStore(pool: pool)
    }

    /// Reports on an ended job.
    ///
    /// - Parameter predictionLimit: how many predictions to read at most.
    public func report(on status: JobStatus, predictionLimit: Int = JobReport.predictionLimit) async throws -> JobReport
    {
        let runID = status.runID.map(Run.ID.init)
        var run: Run?
        var predictions = PredictedValues.numbers([])
        if let runID {
            run = try await tracking.run(runID)
            if status.kind == PredictRows.kind {
                predictions = try await tracking.predictions(run: runID, limit: predictionLimit)
            }
        }
        return JobReport(
            status: status,
            run: run,
            modelVersion: try await registeredVersion(status),
            predictions: predictions
        )
    }

    private func registeredVersion(_ status: JobStatus) async throws -> (name: String, version: Int)? {
        try await registry.version(ofJob: status.id.rawValue).map { ($0.model, $0.version) }
    }
}
