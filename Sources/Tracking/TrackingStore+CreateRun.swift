public import Postgres

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension TrackingStore {
    /// Begins a run that belongs to no job. Throws `TrackingError`: `notFound`, `deleted` (experiment), `invalid`.
    ///
    /// One round trip. Parameters and tags longer than their limit are cut, as MLflow does.
    public func createRun(_ run: NewRun) async throws -> Run {
        var run = run
        run.params = try Validation.cutParams(run.params)
        run.tags = try Validation.cutTags(Self.tags(of: run))
        return try await pool.withSession { [run] session in
            let rows = try session.execute(
                """
                with experiment as (
                    select experiment_id, name, lifecycle_stage, artifact_location
                    from coppice.experiments where experiment_id = \(run.experiment)
                ), \(Self.insert(run, into: "select * from experiment where lifecycle_stage = 'active'"))
                select
                    experiment.name, experiment.lifecycle_stage, run.run_no, run.run_id, run.started_at,
                    run.parent_run_id, run.artifact_uri
                from experiment left join run on true
                """
            )
            guard let row = rows.first else { throw TrackingError.noExperiment(run.experiment) }
            guard let number = try row.int64OrNil("run_no") else {
                throw TrackingError.experimentDeleted(try row.string("name"))
            }
            // As it is kept, to the microsecond.
            var run = run
            run.startedAt = try row.date("started_at")
            return Run(
                run,
                number: Run.Number(rawValue: number),
                id: Run.ID(rawValue: try row.string("run_id")),
                experimentName: try row.string("name"),
                artifactURI: try row.stringOrNil("artifact_uri"),
                parent: try row.stringOrNil("parent_run_id").map(Run.ID.init(rawValue:))
            )
        }
    }

    /// Begins a run that belongs to no job, such as the parent of a sweep, as a part of a larger transaction.
    public static func insertRun(_ run: NewRun, in session: borrowing Session) throws -> Run.Number {
        try Validation.params(run.params)
        var run = run
        run.tags = tags(of: run)
        let rows = try session.execute(
            """
            with \(insert(run, into: "select \(run.experiment)::bigint as experiment_id, null::text as artifact_location"))
            select run_no from run
            """
        )
        return Run.Number(rawValue: try rows.int64(0, 0))
    }

    /// Its tags, with those that MLflow keeps its name and its parent in.
    private static func tags(of run: NewRun) -> [String: String] {
        var tags = run.tags
        tags[RunTag.name] = run.name
        if let parent = run.parent { tags[RunTag.parent] = parent.rawValue }
        return tags
    }

    /// Parts of a statement that insert a run, `run`, with its parameters and tags into the experiment selected; its
    /// artifacts go where that wants them.
    private static func insert(_ run: NewRun, into experiment: SQL) -> SQL {
        let params = run.params.sorted { $0.key < $1.key }
        let tags = run.tags.sorted { $0.key < $1.key }
        let id = UUID().uuidString.replacing("-", with: "").lowercased()
        return """
            run as (
                insert into coppice.runs (
                    run_id, artifact_uri, experiment_id, name, user_id, status, started_at, parent_run_no
                )
                select
                    \(id)::text, rtrim(artifact_location, '/') || '/' || \(id)::text || '/artifacts',
                    experiment_id, \(run.name)::text, \(run.user)::text, \(run.status)::coppice.run_status,
                    \(run.startedAt),
                    (select run_no from coppice.runs where run_id = \(run.tags[RunTag.parent]))
                from (\(experiment)) target
                returning run_no, run_id, started_at, artifact_uri,
                    (select run_id from coppice.runs parent where parent.run_no = runs.parent_run_no) as parent_run_id
            ), logged_params as (
                insert into coppice.params (run_no, key, value)
                select run.run_no, key, value
                from run, unnest(\(params.map(\.key)), \(params.map(\.value))) as given (key, value)
            ), logged_tags as (
                insert into coppice.tags (run_no, key, value)
                select run.run_no, key, value
                from run, unnest(\(tags.map(\.key)), \(tags.map(\.value))) as given (key, value)
            )
            """
    }
}

extension Run {
    /// A run that has just begun.
    fileprivate init(_ run: NewRun, number: Number, id: ID, experimentName: String, artifactURI: String?, parent: ID?) {
        self.init(
            number: number,
            id: id,
            experiment: run.experiment,
            experimentName: experimentName,
            name: run.name,
            status: run.status,
            stage: .active,
            user: run.user,
            startedAt: run.startedAt,
            endedAt: nil,
            deletedAt: nil,
            artifactURI: artifactURI,
            parent: parent,
            job: nil,
            attempt: nil,
            params: run.params,
            metrics: [:],
            tags: run.tags,
            inputs: [],
            modelInputs: [],
            outputs: []
        )
    }
}
