internal import Access
internal import Artifacts
internal import Hummingbird
internal import Jobs
internal import MLflowAPI
internal import Registry
internal import Tracking

/// The page of a run, and of its artifacts.
struct RunPages: Sendable {
    let stores: PageStores

    func add(to pages: PageRouter) {
        pages.get("/runs/:id") { request in try await run(request) }
        pages.get("/runs/:id/artifacts") { request in try await artifacts(request) }
        pages.events(
            "/runs/:id/events",
            every: .milliseconds(500),
            until: \.isFinal,
            { request in try await stores.tracking.runPulse(Run.ID(rawValue: try request.part("id"))) }
        )
        pages.post("/runs/:id/delete", needs: .write) { request, _ in
            let run = try await required(request)
            try await stores.tracking.deleteRun(run.id)
            return .see(Location("runs", run.id.rawValue), .deleted)
        }
        pages.post("/runs/:id/restore", needs: .write) { request, _ in
            let run = try await required(request)
            try await stores.tracking.restoreRun(run.id)
            return .see(Location("runs", run.id.rawValue), .restored)
        }
        pages.post("/runs/:id/tags", needs: .write) { request, form in
            let run = try await required(request)
            if form["action"] == "delete" {
                try await stores.tracking.deleteTag(form.text("key"), run: run.id)
            } else {
                try await stores.tracking.log(tags: [form.text("key"): form.text("value")], run: run.id)
            }
            return .see(Location("runs", run.id.rawValue), .saved)
        }
        pages.post("/runs/:id/name", needs: .write) { request, form in
            let run = try await required(request)
            guard let name = form["name"] else {
                throw MLflowError(.invalidParameterValue, "A run needs a name: give at least one letter.")
            }
            try await stores.tracking.updateRun(run.id, name: name)
            return .see(Location("runs", run.id.rawValue), .saved)
        }
    }

    /// The run that the address names, also by the first digits of its id alone, as commands print them.
    private func required(_ request: PageRequest) async throws -> Run {
        let id = Run.ID(rawValue: try request.part("id"))
        if let run = try await stores.tracking.run(id) { return run }
        do {
            return try await stores.tracking.run(startingWith: id.rawValue)
        } catch let error as TrackingError where error.code == .ambiguous {
            throw MLflowError(
                .resourceDoesNotExist,
                "Several runs have an id that begins with '\(id)': give more digits."
            )
        } catch is TrackingError {
            throw MLflowError(.resourceDoesNotExist, "There is no run '\(id.rawValue.prefix(40))'.")
        }
    }

    private func run(_ request: PageRequest) async throws -> Page {
        let run = try await required(request)
        async let models = stores.tracking.loggedModels(of: run.number)
        async let versions = stores.registry.versions(ofRun: run.number.rawValue)
        async let artifacts = artifacts(in: nil, of: .run(run.number.rawValue))
        async let children = children(of: run)
        async let work = work(on: run)
        async let curves = stores.tracking.metricCurves(
            Array(run.metrics.keys.sorted().prefix(60)),
            runs: [run.number],
            count: 250
        )
        let view = RunView(
            viewer: request.viewer,
            run: run,
            models: try await models,
            versions: try await versions,
            artifacts: try await artifacts.entries,
            files: try await artifacts.files,
            children: try await children,
            work: try await work,
            curves: try await curves,
            host: request.request.head.authority ?? "localhost:5000"
        )
        var page = Page(run.title, section: .experiments, body: view.html)
        page.trail = trail(run)
        page.aside = view.actions
        if !run.status.isFinal { page.events = Location("runs", run.id.rawValue, "events") }
        return page
    }

    private func trail(_ run: Run) -> [(title: String, location: Location)] {
        [
            ("Experiments", Location("experiments")),
            (run.experimentName, Location("experiments", run.experiment.description)),
        ]
    }

    private func children(of run: Run) async throws -> [Run] {
        var query = RunQuery()
        query.parent = run.id
        query.limit = 200
        return try await stores.tracking.runs(query)
    }

    /// Its job as far as it is still known; a job may have been pruned.
    private func work(on run: Run) async throws -> RunWork? {
        guard let number = run.job else { return nil }
        let job = Job.ID(rawValue: number)
        do {
            async let summary = stores.jobs.summary(of: job)
            async let attempts = stores.jobs.attempts(at: job)
            async let log = stores.jobs.logTail(of: job, attempt: run.attempt, limit: 200)
            return RunWork(job: try await summary, attempts: try await attempts, log: try await log)
        } catch let error as JobError where error.code == .notFound {
            return nil
        }
    }

    /// What is in a folder, and all files below it if there are few.
    private func artifacts(
        in folder: ArtifactPath?,
        of owner: ArtifactOwner
    ) async throws -> (entries: [ArtifactEntry], files: [ArtifactInfo]?) {
        let entries = try await stores.artifacts.list(folder, of: owner)
        guard entries.contains(where: \.isFolder), entries.reduce(0, { $0 + $1.fileCount }) <= ArtifactTree.limit else {
            return (entries, nil)
        }
        let depth = folder?.components.count ?? 0
        let files = try await stores.artifacts.files(in: folder, of: owner)
        return (entries, files.filter { $0.path.components.count > depth })
    }

    private func artifacts(_ request: PageRequest) async throws -> Page {
        let run = try await required(request)
        let path = try request.query["path"].flatMap { $0.isEmpty ? nil : try ArtifactPath($0) }
        let owner = ArtifactOwner.run(run.number.rawValue)
        var preview: ArtifactPreview?
        var folder = path
        if let path, try await stores.artifacts.info(path, of: owner) != nil {
            preview = try await ArtifactPreview.read(path, of: run.id, try await stores.artifacts.open(path, of: owner))
            let parent = path.components.dropLast().joined(separator: "/")
            folder = parent.isEmpty ? nil : try ArtifactPath(parent)
        }
        let (entries, files) = try await artifacts(in: folder, of: owner)
        guard preview != nil || !entries.isEmpty || path == nil else {
            throw MLflowError(.resourceDoesNotExist, "This run has no artifact '\(path?.description ?? "")'.")
        }
        let view = ArtifactView(run: run, folder: folder, entries: entries, files: files, preview: preview)
        var page = Page(path?.name ?? "Artifacts", section: .experiments, body: view.html)
        page.trail = trail(run) + [(run.title, Location("runs", run.id.rawValue))] + view.trail
        return page
    }
}

/// What is known of the job that a run belongs to.
struct RunWork: Sendable {
    let job: JobSummary
    let attempts: [AttemptSummary]
    let log: [JobLogLine]
}
