internal import DataAccess
internal import Datasets
public import Jobs
internal import ModelFormat
internal import Registry
internal import Tracking

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
        let uri = try await whole(ModelURI(request.modelURI))
        let given = try request.data.found()
        var queueing = request.queueing
        var model: LoadedModel?
        if case .job(let id) = uri, try await isLive(Job.ID(rawValue: id)) {
            queueing.needs.append(Job.ID(rawValue: id))
        } else {
            model = try await ModelReader(artifacts: artifacts).load(try await registry.resolve(uri))
        }
        let loaded = try await data.load(given, textColumns: model?.textColumns(target: request.data.target) ?? [])
        let rows = try request.rows.map { try loaded.table.rows($0) } ?? loaded.table
        if let model {
            let names = request.data.features ?? rows.columnNames.filter { $0 != request.data.target }
            _ = try rows.features(try model.inputColumns(from: names), categories: model.categories)
        }

        let told = PredictRows(
            modelURI: uri.description,
            data: DataSelection(
                source: given.source,
                target: request.data.target,
                features: request.data.features
            ),
            rows: request.rows
        )
        var params = ["model_uri": uri.description, "data": told.data.source.description]
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

    /// With the whole id of a run of which the first digits were given, as lists show them.
    private func whole(_ uri: ModelURI) async throws -> ModelURI {
        guard case .run(let id, let path) = uri, id.utf8.count < 32 else { return uri }
        return .run(id: try await TrackingStore(pool: pool).run(startingWith: id).id.rawValue, path: path)
    }

    private func isLive(_ id: Job.ID) async throws -> Bool {
        do {
            return try await !jobs.status(of: [id])[0].state.isFinal
        } catch let error as JobError where error.code == .notFound {
            throw SubmissionError(option: "--model", "there is no job \(id)")
        }
    }
}
