public import Postgres

extension RegistryStore {
    /// Finds the model folder that a URI names.
    ///
    /// Throws `RegistryError`: `notFound` that says what exists instead; `pending` for `job:ID` while the job lives;
    /// `unreadable` for a version whose files are elsewhere.
    public func resolve(_ uri: ModelURI) async throws -> ResolvedModel {
        try await pool.withSession { session in try Self.resolve(uri, in: session) }
    }

    /// Finds the model folder that a URI names, as a part of a larger transaction.
    public static func resolve(_ uri: ModelURI, in session: borrowing Session) throws -> ResolvedModel {
        switch uri {
        case .version(let name, let version):
            return try resolve(uri, try Self.version(version, of: name, in: session), in: session)
        case .latest(let name):
            guard let latest = try model(named: name, in: session).latestVersion else {
                throw RegistryError(.notFound, "the registered model '\(name.shortened)' has no versions yet")
            }
            return try resolve(uri, try version(latest, of: name, in: session), in: session)
        case .alias(let name, let alias):
            guard let holder = try holder(of: alias, model: name, in: session) else {
                throw try noAlias(alias, model: name, in: session)
            }
            return try resolve(uri, try version(holder.version, of: name, in: session), in: session)
        case .loggedModel(let id):
            guard let found = try loggedFolders(where: "g.model_id = \(id)", in: session).first else {
                throw RegistryError(.notFound, "there is no logged model '\(id.shortened)'")
            }
            return found.resolved(uri)
        case .run(let id, let path):
            return try resolve(uri, run: id, path: path, in: session)
        case .job(let id):
            return try resolve(uri, job: id, in: session)
        }
    }

    /// A version is a logged model, or a folder in the artifacts of its run.
    private static func resolve(
        _ uri: ModelURI,
        _ version: ModelVersion,
        in session: borrowing Session
    ) throws -> ResolvedModel {
        if let id = version.loggedModel,
            let found = try loggedFolders(where: "g.model_id = \(id)", in: session).first
        {
            return found.resolved(uri, name: version.model, version: version.version)
        }
        guard let number = version.runNumber, let run = version.run,
            let path = ModelSource.path(version.downloadURI, inRun: run)
        else {
            throw RegistryError(
                .unreadable,
                "version \(version.version) of '\(version.model)' is kept at '\(version.downloadURI.shortened)', "
                    + "where Coppice does not read: register a model that was logged to a run"
            )
        }
        return ResolvedModel(
            uri: uri,
            name: version.model,
            version: version.version,
            folder: .run(number, path: path),
            run: run,
            loggedModel: nil,
            signature: nil
        )
    }

    private static func resolve(
        _ uri: ModelURI,
        run id: String,
        path: String,
        in session: borrowing Session
    ) throws -> ResolvedModel {
        guard let run = try session.execute("select run_no from coppice.runs where run_id = \(id)").first else {
            throw RegistryError(
                .notFound,
                "there is no run '\(id.shortened)': 'coppice runs list' shows those that exist"
            )
        }
        let number = try run.int64("run_no")
        let logged = try loggedFolders(where: "g.run_no = \(number)", in: session)
        // MLflow 3 names a logged model by its name; older clients by its folder in the run's artifacts.
        if let found = logged.last(where: { $0.path == path }) ?? logged.last(where: { $0.name == path }) {
            return found.resolved(uri)
        }
        let isFolder = try session.execute(
            """
            select exists (
                select from coppice.artifacts a where a.run_no = \(number) and a.path = \(path + "/MLmodel")
            ) as found
            """
        )
        guard try isFolder.bool(0, 0) else {
            let names = logged.map { $0.path ?? $0.name }
            throw RegistryError(
                .notFound,
                "run \(id) has no model at '\(path.shortened)': "
                    + (names.isEmpty ? "it logged none" : "it logged \(names.joined(separator: ", "))")
            )
        }
        return ResolvedModel(
            uri: uri,
            name: nil,
            version: nil,
            folder: .run(number, path: path),
            run: id,
            loggedModel: nil,
            signature: nil
        )
    }
}
