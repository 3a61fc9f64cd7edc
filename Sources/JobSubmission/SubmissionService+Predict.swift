internal import DataAccess
internal import Datasets
public import Jobs
internal import ModelFormat
internal import Registry

extension SubmissionService {
    /// Checks and queues a predict job: the model has to exist and the data has to have its columns. A model that a live
    /// job is to make (`job:ID`) is waited for, and checked when it is there.
    ///
    /// - Throws: as for a train job, and `ModelError`.
    public func submit(_ request: PredictRequest) async throws -> SubmittedJob {
        try await submit(prepare(request))[0]
    }

    /// Checks a predict job and uploads its data, but queues nothing. Throws as `submit` does.
    func prepare(_ request: PredictRequest) async throws -> PreparedJob {
        try check(request.tracking, request.queueing)
        let uri = try ModelURI(request.modelURI)
        let given = try request.data.found()
        let loaded = try await data.load(given)
        let rows = try request.rows.map { try loaded.table.rows($0) } ?? loaded.table
        var queueing = request.queueing
        if case .job(let id) = uri, try await isLive(Job.ID(rawValue: id)) {
            queueing.needs.append(Job.ID(rawValue: id))
        } else {
            let model = try await ModelReader(artifacts: artifacts).load(try await registry.resolve(uri))
            let names = request.data.features ?? rows.columnNames.filter { $0 != request.data.target }
            _ = try rows.features(try model.inputColumns(from: names), categories: model.categories)
        }

        let told = PredictRows(
            modelURI: request.modelURI,
            data: DataSelection(
                source: given.source,
                target: request.data.target,
                features: request.data.features
            ),
            rows: request.rows
        )
        var params = ["model_uri": request.modelURI, "data": told.data.source.description]
        params["rows"] = request.rows?.description
        try await data.upload(given, table: loaded.table, user: submitter.user)
        return prepared(
            kind: PredictRows.kind,
            spec: told,
            params: params,
            tracking: request.tracking,
            queueing: queueing
        )
    }

    private func isLive(_ id: Job.ID) async throws -> Bool {
        do {
            return try await !jobs.status(of: [id])[0].state.isFinal
        } catch let error as JobError where error.code == .notFound {
            throw SubmissionError(option: "--model", "there is no job \(id)")
        }
    }
}
