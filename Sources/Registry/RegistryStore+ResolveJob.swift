internal import Postgres

extension RegistryStore {
    /// What a job registered, else what its last attempt logged.
    static func resolve(_ uri: ModelURI, job: Int64, in session: borrowing Session) throws -> ResolvedModel {
        if let version = try versions(where: "v.job_id = \(job)", limit: 1, in: session).first {
            let found = try resolve(.version(name: version.model, version: version.version), in: session)
            return ResolvedModel(
                uri: uri,
                name: found.name,
                version: found.version,
                folder: found.folder,
                run: found.run,
                loggedModel: found.loggedModel,
                signature: found.signature
            )
        }
        let logged = try loggedFolders(
            where: "r.job_id = \(job) and r.status = 'FINISHED' and g.lifecycle_stage = 'active'",
            in: session
        )
        if let found = logged.last { return found.resolved(uri) }

        let states = try session.execute(
            """
            select state::text from coppice.jobs where job_id = \(job)
            union all
            select state::text from coppice.finished_jobs where job_id = \(job)
            """
        )
        guard let row = states.first else {
            throw RegistryError(.notFound, "there is no job \(job): 'coppice jobs list' shows those that exist")
        }
        switch try row.string("state") {
        case "succeeded":
            throw RegistryError(.notFound, "job \(job) succeeded without logging a model: was it a train job?")
        case "failed", "cancelled":
            throw RegistryError(
                .notFound,
                "job \(job) has no model: it \(try row.string("state") == "failed" ? "failed" : "was cancelled")"
            )
        case let state:
            throw RegistryError(
                .pending,
                "job \(job) has no model yet: it is \(state); wait for it with --after \(job)"
            )
        }
    }

    /// A logged model, as far as finding its files goes.
    struct LoggedFolder {
        let name: String
        /// Its folder in the artifacts of its run; nil when it keeps artifacts of its own.
        let path: String?
        let runNumber: Int64?
        let run: String?
        let number: Int64
        let id: String
        let signature: String?

        func resolved(_ uri: ModelURI, name: String? = nil, version: Int? = nil) -> ResolvedModel {
            let folder: ResolvedModel.Folder =
                if let path, let runNumber { .run(runNumber, path: path) } else { .loggedModel(number) }
            return ResolvedModel(
                uri: uri,
                name: name,
                version: version,
                folder: folder,
                run: run,
                loggedModel: id,
                signature: signature
            )
        }
    }

    /// Logged models, oldest first.
    static func loggedFolders(where condition: SQL, in session: borrowing Session) throws -> [LoggedFolder] {
        try session.execute(
            """
            select g.name, g.artifact_path, g.run_no, r.run_id, g.model_no, g.model_id, g.signature
            from coppice.logged_models g
            left join coppice.runs r on r.run_no = g.run_no
            where \(condition)
            order by g.model_no
            """
        ).map { row in
            LoggedFolder(
                name: try row.string("name"),
                path: try row.stringOrNil("artifact_path"),
                runNumber: try row.int64OrNil("run_no"),
                run: try row.stringOrNil("run_id"),
                number: try row.int64("model_no"),
                id: try row.string("model_id"),
                signature: try row.stringOrNil("signature")
            )
        }
    }
}
