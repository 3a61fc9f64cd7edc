internal import Postgres

extension RegistryStore {
    /// What a client says of a version, with the numbers of the run and the logged model that it names, and with what
    /// is known of the version or the logged model that its source names.
    static func completed(_ new: NewModelVersion, in session: borrowing Session) throws -> NewModelVersion {
        var new = new
        if new.source.hasPrefix("models:/") {
            switch try ModelURI(new.source) {
            case .loggedModel(let id):
                new.loggedModelID = new.loggedModelID ?? id
                guard let model = try loggedModel(id, in: session) else {
                    throw RegistryError(.notFound, "there is no logged model '\(id.shortened)' to register")
                }
                new.storageLocation = model.location
            case let uri:
                let original = try original(uri, in: session)
                new.storageLocation = original.downloadURI
                new.run = new.run ?? (new.runID == nil ? original.runNumber : nil)
                new.runID = new.runID ?? original.run
                new.loggedModelID = new.loggedModelID ?? original.loggedModel
            }
        }
        if let id = new.loggedModelID, new.loggedModel == nil, let model = try loggedModel(id, in: session) {
            new.loggedModel = model.number
            if new.runID == nil, new.run == nil { new.run = model.run }
        }
        if let id = new.runID, new.run == nil, !id.utf8.contains(0) {
            new.run = try session.execute("select run_no from coppice.runs where run_id = \(id)").first?.int64(0)
        }
        return new
    }

    /// The version that a URI names, wherever its files are.
    ///
    /// Throws `RegistryError`: `notFound`; `malformedURI` if it names none.
    public func version(at uri: ModelURI) async throws -> ModelVersion {
        try await pool.withSession { session in try Self.original(uri, in: session) }
    }

    private static func original(_ uri: ModelURI, in session: borrowing Session) throws -> ModelVersion {
        switch uri {
        case .version(let name, let version):
            return try self.version(version, of: name, in: session)
        case .latest(let name):
            guard let latest = try model(named: name, in: session).latestVersion else {
                throw RegistryError(.notFound, "the registered model '\(name.shortened)' has no versions yet")
            }
            return try version(latest, of: name, in: session)
        case .alias(let name, let alias):
            guard let holder = try holder(of: alias, model: name, in: session) else {
                throw try noAlias(alias, model: name, in: session)
            }
            return try version(holder.version, of: name, in: session)
        case .loggedModel, .run, .job:
            throw RegistryError(.malformedURI, "'\(uri)' names no version of a registered model")
        }
    }

    /// A logged model: its number, its run, and where its files are if a client chose the place.
    private static func loggedModel(
        _ id: String,
        in session: borrowing Session
    ) throws -> (number: Int64, run: Int64?, location: String?)? {
        guard !id.utf8.contains(0) else { return nil }
        return try session.execute(
            "select model_no, run_no, artifact_location from coppice.logged_models where model_id = \(id)"
        ).first.map { row in (try row.int64(0), try row.int64OrNil(1), try row.stringOrNil(2)) }
    }
}
