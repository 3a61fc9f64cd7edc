public import Postgres

extension TrackingStore {
    /// Creates an experiment.
    ///
    /// Throws `TrackingError`: `alreadyExists`; `deleted` if a deleted one has the name; `invalid`.
    @discardableResult
    public func createExperiment(
        named name: String,
        artifactLocation: String? = nil,
        tags: [String: String] = [:]
    ) async throws -> Experiment.ID {
        try Validation.experimentName(name)
        try Validation.experimentTags(tags)
        return try await pool.withTransaction { session in
            guard let id = try Self.insertExperiment(named: name, artifactLocation: artifactLocation, in: session)
            else {
                let existing = try Self.experiment(named: name, in: session)
                throw existing?.stage == .deleted
                    ? TrackingError.experimentDeleted(name)
                    : TrackingError(
                        .alreadyExists,
                        "there is an experiment '\(name.shortened)' already: choose another name"
                    )
            }
            try Self.insertExperimentTags(tags, experiment: id, in: session)
            return id
        }
    }

    /// The experiment with this name, created if there is none.
    ///
    /// Any number of programs may ask for the same name at once. Throws `deleted` if a deleted one has the name.
    public func findOrCreateExperiment(named name: String) async throws -> Experiment.ID {
        try await pool.withSession { session in try Self.findOrCreateExperiment(named: name, in: session) }
    }

    /// The experiment with this name, created if there is none. Throws `deleted` if a deleted one has the name.
    public static func findOrCreateExperiment(
        named name: String,
        in session: borrowing Session
    ) throws -> Experiment.ID {
        try Validation.experimentName(name)
        if let found = try experiment(named: name, in: session) { return try found.requireActive().id }
        if let id = try insertExperiment(named: name, artifactLocation: nil, in: session) { return id }
        // Somebody else was faster; the insert has waited for them to commit.
        guard let found = try experiment(named: name, in: session) else {
            throw TrackingError(.notFound, "the experiment '\(name.shortened)' disappeared just now: try again")
        }
        return try found.requireActive().id
    }

    /// Nil if the name is taken.
    private static func insertExperiment(
        named name: String,
        artifactLocation: String?,
        in session: borrowing Session
    ) throws -> Experiment.ID? {
        try session.execute(
            """
            insert into coppice.experiments (name, artifact_location) values (\(name), \(artifactLocation))
            on conflict (name) do nothing
            returning experiment_id
            """
        ).first.map { row in Experiment.ID(rawValue: try row.int64("experiment_id")) }
    }

    private static func insertExperimentTags(
        _ tags: [String: String],
        experiment: Experiment.ID,
        in session: borrowing Session
    ) throws {
        guard !tags.isEmpty else { return }
        let entries = tags.sorted { $0.key < $1.key }
        try session.execute(
            """
            insert into coppice.experiment_tags (experiment_id, key, value)
            select \(experiment), key, value
            from unnest(\(entries.map(\.key)), \(entries.map(\.value))) as given (key, value)
            on conflict (experiment_id, key) do update set value = excluded.value
            """
        )
    }

    /// Sets tags of an active experiment.
    public func setTags(_ tags: [String: String], experiment: Experiment.ID) async throws {
        try Validation.experimentTags(tags)
        try await pool.withTransaction { session in
            try Self.requireActive(experiment, in: session)
            try Self.insertExperimentTags(tags, experiment: experiment, in: session)
        }
    }

    /// Removes a tag of an active experiment. Throws `notFound` if it has no such tag.
    public func deleteTag(_ key: String, experiment: Experiment.ID) async throws {
        try await pool.withTransaction { session in
            try Self.requireActive(experiment, in: session)
            let removed = try session.execute(
                "delete from coppice.experiment_tags where experiment_id = \(experiment) and key = \(key)"
            )
            guard removed.affectedCount == 1 else {
                throw TrackingError(.notFound, "experiment \(experiment) has no tag '\(key.shortened)'")
            }
        }
    }

    /// Throws unless the experiment exists and is active. It stays so until the transaction ends.
    static func requireActive(_ experiment: Experiment.ID, in session: borrowing Session) throws {
        let rows = try session.execute(
            """
            select name, lifecycle_stage from coppice.experiments where experiment_id = \(experiment) for share
            """
        )
        guard let row = rows.first else { throw TrackingError.noExperiment(experiment) }
        guard try row.label("lifecycle_stage") == LifecycleStage.active else {
            throw TrackingError.experimentDeleted(try row.string("name"))
        }
    }
}

extension Experiment {
    func requireActive() throws(TrackingError) -> Experiment {
        guard stage == .active else { throw TrackingError.experimentDeleted(name) }
        return self
    }
}

extension Validation {
    static func experimentTags(_ tags: [String: String]) throws(TrackingError) {
        for (name, value) in tags {
            try key(name, of: "tag")
            try length(value, of: "the value of tag '\(name)'", max: TrackingLimits.experimentTagValueLength)
        }
    }
}

extension TrackingError {
    static func experimentDeleted(_ name: String) -> TrackingError {
        TrackingError(
            .deleted,
            "experiment '\(name.shortened)' was deleted: restore it with 'coppice experiments restore', or use another name"
        )
    }

    static func noExperiment(_ id: Experiment.ID) -> TrackingError {
        TrackingError(
            .notFound,
            "there is no experiment with id \(id): 'coppice experiments list' shows those that exist"
        )
    }
}
