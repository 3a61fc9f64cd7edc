internal import Access
internal import Hummingbird
internal import Jobs
internal import MLflowAPI
internal import Registry

/// The queue, and the page of a job.
struct JobPages: Sendable {
    let stores: PageStores

    /// So many parts, and so many jobs that it needs, the page of a job shows at most.
    private static let partLimit = 200

    func add(to pages: PageRouter) {
        pages.get("/jobs") { request in try await list(request) }
        pages.events("/jobs/events", every: .seconds(2)) { _ in try await stores.jobs.pulse() }
        pages.get("/jobs/:id") { request in try await job(request) }
        pages.events("/jobs/:id/events", every: .milliseconds(500), until: \.isFinal) { request in
            try await pulse(of: Job.ID(rawValue: try request.number("id")))
        }
        pages.post("/jobs/:id/cancel", needs: .write) { request, _ in
            let id = Job.ID(rawValue: try request.number("id"))
            switch try await stores.jobs.cancel(id) {
            case .cancelled: return .see(location(id), .jobCancelled)
            case .requested: return .see(location(id), .jobCancelling)
            case .ended: return .see(location(id), .jobEnded)
            }
        }
        pages.post("/jobs/:id/retry", needs: .write) { request, _ in
            let id = Job.ID(rawValue: try request.number("id"))
            let state = try await stores.jobs.retry(id)
            let wasChanged = [.failed, .cancelled, .scheduled].contains(state)
            return .see(location(id), wasChanged ? .jobQueued : .jobUnchanged)
        }
        pages.post("/jobs/:id/priority", needs: .write) { request, form in
            let id = Job.ID(rawValue: try request.number("id"))
            guard let priority = form["priority"].flatMap({ Int16($0) }) else {
                throw MLflowError(
                    .invalidParameterValue,
                    "The priority '\(form.text("priority"))' is no whole number: give -32768 to 32767."
                )
            }
            let state = try await stores.jobs.setPriority(of: id, to: priority)
            return .see(location(id), state.isFinal ? .jobEnded : .saved)
        }
        for (action, pause) in [("pause", true), ("resume", false)] {
            pages.post("/queues/:name/\(action)", needs: .admin) { request, _ in
                let name = try request.part("name")
                pause ? try await stores.queues.pause(name) : try await stores.queues.resume(name)
                return .see(Location("jobs"), pause ? .queuePaused : .queueResumed)
            }
        }
    }

    private func location(_ id: Job.ID) -> Location { Location("jobs", id.description) }

    private func list(_ request: PageRequest) async throws -> Page {
        let listed = try JobListQuery(request.query)
        async let found = stores.jobs.browse(listed.query)
        async let queues = stores.queues.depths()
        let view = JobListView(
            viewer: request.viewer,
            listed: listed,
            found: try await found,
            queues: try await queues
        )
        var page = Page("Jobs", section: .jobs, body: view.html)
        page.aside = view.actions
        page.events = Location("jobs", "events")
        return page
    }

    private func job(_ request: PageRequest) async throws -> Page {
        let id = Job.ID(rawValue: try request.number("id"))
        async let summary = stores.jobs.summary(of: id)
        async let attempts = stores.jobs.attempts(at: id)
        async let log = stores.jobs.logTail(of: id, limit: 500)
        async let version = stores.registry.version(ofJob: id.rawValue)
        async let parts = stores.jobs.parts(of: id, limit: Self.partLimit + 1)
        async let whole = stores.jobs.whole(of: id)
        async let needs = stores.jobs.needs(of: id, limit: Self.partLimit)
        let view = JobView(
            viewer: request.viewer,
            job: try await summary,
            attempts: try await attempts,
            log: try await log,
            version: try await version,
            parts: try await parts,
            partLimit: Self.partLimit,
            whole: try await whole,
            needs: try await needs
        )
        var page = Page("Job \(id)", section: .jobs, body: view.html)
        page.trail = [("Jobs", Location("jobs"))]
        page.aside = view.actions
        if !view.job.state.isFinal { page.events = Location("jobs", id.description, "events") }
        return page
    }

    /// What the page of a job shows that can change.
    private func pulse(of id: Job.ID) async throws -> JobPulse {
        let status = try await stores.jobs.status(of: [id])[0]
        let lines = try await stores.jobs.logTail(of: id, limit: 1).map { [$0.attempt, $0.number] }
        return JobPulse(status: status, lastLine: lines.first ?? [])
    }

    private struct JobPulse: Equatable, Sendable {
        let status: JobStatus
        let lastLine: [Int]
        var isFinal: Bool { status.state.isFinal }
    }
}
