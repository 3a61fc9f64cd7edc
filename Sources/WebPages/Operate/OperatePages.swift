internal import Access
internal import Hummingbird
internal import Jobs
internal import Presentation
internal import Schema

/// Workers, schedules, the SQL contract, and what this installation is.
struct OperatePages: Sendable {
    let stores: PageStores

    private static let limit = 200

    func add(to pages: PageRouter) {
        pages.get("/workers") { request in try await workers(request.viewer) }
        pages.get("/schedules") { request in try await schedules(request.viewer) }
        for (action, pause) in [("pause", true), ("resume", false)] {
            pages.post("/schedules/:name/\(action)", needs: .admin) { request, _ in
                let name = try request.part("name")
                if pause {
                    try await stores.schedules.pause(name)
                } else {
                    _ = try await stores.schedules.resume(name)
                }
                return .see(Location("schedules"), .saved)
            }
        }
        pages.post("/schedules/:name/remove", needs: .admin) { request, _ in
            try await stores.schedules.remove(try request.part("name"))
            return .see(Location("schedules"), .scheduleRemoved)
        }
        pages.get("/sql") { _ in
            Page("SQL", section: .sql, body: SQLView(views: try await SchemaCatalog(pool: stores.pool).views()).html)
        }
        pages.get("/about") { _ in
            Page(
                "About",
                section: .about,
                body: AboutView(facts: try await SchemaCatalog(pool: stores.pool).facts()).html
            )
        }
    }

    private func workers(_ viewer: Viewer) async throws -> Page {
        let workers = try await stores.workers.list(all: true, limit: Self.limit)
        guard !workers.isEmpty else {
            return Page(
                "Workers",
                section: .workers,
                body: .empty(
                    "No worker has ever run here. Start one, or as many as you like, on any machine: <code>worker</code>"
                )
            )
        }
        var table = Table(
            "Workers",
            [
                .init("Worker"), .init("State"), .init("Runs"), .init("Queues", isMinor: true),
                .init("At once", .right, isMinor: true),
                .init("Host", isMinor: true), .init("Version", isMinor: true), .init("Started", .right),
                .init("Seen", .right),
            ]
        )
        for worker in workers {
            let jobs = worker.jobs.map { HTML.link("job \($0)", to: Location("jobs", $0.description)) }
            table.add(
                [
                    .name(worker.name), .badge(worker.state.rawValue, worker.state.rawValue),
                    jobs.isEmpty ? .text(nil) : jobs.joined(separator: ", "),
                    "\(worker.queues.joined(separator: ", "))",
                    "\(worker.concurrency)", "\(worker.host), process \(worker.processID)", "\(worker.version)",
                    viewer.time(worker.startedAt), viewer.time(worker.seenAt),
                ],
                isHeader: true
            )
        }
        var page = Page("Workers", section: .workers, body: "<div id=\"workers\" data-live>\(table.html)</div>")
        page.events = Location("events")
        return page
    }

    private func schedules(_ viewer: Viewer) async throws -> Page {
        let schedules = try await stores.schedules.list(limit: Self.limit)
        guard !schedules.isEmpty else {
            return Page(
                "Schedules",
                section: .schedules,
                body: """
                    \(HTML.empty("No schedule yet. One queues a job again and again, by cron's rules:"))\
                    \(HTML.snippet(
                        "coppice schedules add nightly --cron '0 3 * * *' --time-zone Europe/Berlin -- train --data diabetes",
                        label: "Shell command"
                    ))
                    """
            )
        }
        var table = Table(
            "Schedules",
            [
                .init("Schedule"), .init("When"), .init("Next", .right), .init("Last", .right), .init("Last job"),
                .init("Queues", isMinor: true), .init("Command", isMinor: true),
            ] + (viewer.may(.admin) ? [.init("Change")] : [])
        )
        for schedule in schedules {
            let isPaused = schedule.pausedAt != nil
            let job: HTML =
                schedule.lastJob.map { job in
                    "\(HTML.link("\(job)", to: Location("jobs", job.description))) \(schedule.lastState.map { HTML.badge($0, $0) })"
                } ?? .text(schedule.lastError)
            table.add(
                [
                    "\(schedule.name)",
                    "<code class=\"line\">\(schedule.cron)</code> <span class=\"muted\">\(schedule.timeZone)</span>",
                    isPaused ? .badge("paused", "paused") : viewer.time(schedule.nextTick),
                    viewer.time(schedule.lastTick), job,
                    "\(schedule.queue)", "<code>\(schedule.arguments.shellCommand)</code>",
                ]
                    + (viewer.may(.admin)
                        ? [
                            buttons(schedule, viewer)
                        ] : []),
                isHeader: true
            )
        }
        return Page("Schedules", section: .schedules, body: table.html)
    }

    private func buttons(_ schedule: ScheduleSummary, _ viewer: Viewer) -> HTML {
        let action = schedule.pausedAt == nil ? "pause" : "resume"
        let change = viewer.button(
            action == "pause" ? "Pause" : "Resume",
            to: Location("schedules", schedule.name, action),
            needs: .admin
        )
        let remove = viewer.confirmedButton(
            "Remove…",
            question: "Remove the schedule \(schedule.name)? Jobs that it has queued stay.",
            confirm: "Remove schedule",
            to: Location("schedules", schedule.name, "remove"),
            needs: .admin
        )
        return "<div class=\"actions\">\(change)\(remove)</div>"
    }
}

/// The views that people query, documented by their own comments.
struct SQLView {
    let views: [SchemaCatalog.View]

    var html: HTML {
        """
        <p>These views are stable. <code>coppice db psql</code> opens psql; grant <code>coppice_reader</code> to who may \
        only look.</p>
        <h2>Examples</h2>\(Self.examples.map { example -> HTML in "<h3>\(example.title)</h3>\(HTML.snippet(example.sql, label: example.title))" })
        \(views.map(section))
        """
    }

    private func section(_ view: SchemaCatalog.View) -> HTML {
        var table = Table(
            "Columns of \(view.name)",
            [.init("Column"), .init("Type"), .init("What it is", isProse: true)]
        )
        for column in view.columns {
            table.add(
                ["<code>\(column.name)</code>", "<code>\(column.type)</code>", "\(column.comment)"],
                isHeader: true
            )
        }
        return
            "<section aria-labelledby=\"view-\(view.name)\"><h2 id=\"view-\(view.name)\"><code>coppice.\(view.name)</code></h2><p>\(view.comment)</p>\(table.html)</section>"
    }

    static let examples: [(title: String, sql: String)] = [
        (
            "The best forests of an experiment",
            """
            select run_id, params->>'max_depth' as max_depth, (metrics->>'rmse')::double precision as rmse
            from coppice.run_history
            where experiment = 'mlflow_quickstart' and status = 'FINISHED'
            order by rmse
            limit 10;
            """
        ),
        (
            "Which job, on which worker, made each version of a model",
            """
            select m.version, m.aliases, j.job_id, j.worker, j.waited, j.ran
            from coppice.model_history m join coppice.job_history j using (job_id)
            where m.model = 'rf_regressor'
            order by m.version;
            """
        ),
        (
            "Which rows a model gets most wrong",
            """
            select row_index, actual, prediction
            from coppice.prediction_history
            where model = 'rf_regressor'
            order by abs(actual - prediction) desc
            limit 10;
            """
        ),
        (
            "Jobs that failed today, and why",
            """
            select job_id, finished_at, worker, error
            from coppice.job_history
            where state = 'failed' and finished_at > now() - interval '1 day'
            order by finished_at desc;
            """
        ),
    ]
}

/// What this installation is made of.
struct AboutView {
    let facts: SchemaCatalog.Facts

    var html: HTML {
        """
        <dl class="facts">
        <dt>Coppice</dt><dd>\(CoppiceVersion.current)</dd>
        <dt>Schema</dt><dd>migration \(facts.schemaVersion)</dd>
        <dt>PostgreSQL</dt><dd>\(facts.server)</dd>
        <dt>Database size</dt><dd>\(HumanReadable.byteCount(facts.databaseSize))</dd>
        <dt>MLflow's API</dt><dd>set <code>MLFLOW_TRACKING_URI</code> to this address</dd>
        </dl>
        <h2>Licences</h2>
        <p>Coppice is under the Apache License 2.0. It is built with:</p>
        \(parts)
        <p>The built-in data sets are scikit-learn's toy sets; <code>Sources/Datasets/Data/README.md</code> names their \
        sources and licences. Nothing on these pages comes from anywhere else.</p>
        """
    }

    private var parts: HTML {
        var table = Table("Linked software", [.init("Software"), .init("Licence"), .init("What for")])
        for software in LinkedSoftware.all {
            table.add(["\(software.name)", "\(software.licence)", "\(software.purpose)"], isHeader: true)
        }
        return table.html
    }
}
