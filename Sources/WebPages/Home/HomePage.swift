internal import Hummingbird
internal import Jobs
internal import Presentation
internal import Registry
internal import Tracking

/// The start page: what ran, what is running, what needs attention.
struct HomePage: Sendable {
    let stores: PageStores
    private let hasMLflowPages: Bool
    private let ended: EndedJobCounts

    /// How long a page waits for hours that were not counted yet.
    private static let patience = Duration.milliseconds(40)

    init(stores: PageStores, hasMLflowPages: Bool) {
        self.stores = stores
        self.hasMLflowPages = hasMLflowPages
        ended = EndedJobCounts(jobs: stores.jobs)
    }

    func add(to pages: PageRouter) {
        pages.get("/") { request in try await page(request.viewer) }
        // Who watches helps to count the hours that a page did not wait for.
        pages.events("/events", every: .seconds(2)) { [stores, ended] _ in
            let overdue = try await ended.countOn(within: .seconds(1))
            return HomePulse(queue: try await stores.jobs.pulse(), uncounted: overdue)
        }
    }

    private struct HomePulse: Equatable, Sendable {
        let queue: QueuePulse
        let uncounted: Int
    }

    private func page(_ viewer: Viewer) async throws -> Page {
        async let overview = stores.jobs.overview()
        async let hours = ended.hours(within: Self.patience)
        async let runs = newestRuns()
        async let versions = stores.registry.newestVersions(limit: 8)
        let view = HomeView(
            viewer: viewer,
            overview: try await overview,
            ended: try await hours,
            runs: try await runs,
            versions: try await versions
        )
        var page = Page("Overview", section: .home, body: view.html)
        page.events = Location("events")
        page.leadsOn = hasMLflowPages ? Location("mlflow", "") : Location()
        return page
    }

    private func newestRuns() async throws -> [Run] {
        var query = RunQuery()
        query.limit = 12
        return try await stores.tracking.runs(query)
    }
}

/// What the start page says.
struct HomeView {
    let viewer: Viewer
    let overview: QueueOverview
    let ended: EndedJobCounts.Hours
    let runs: [Run]
    let versions: [ModelVersion]

    var html: HTML {
        """
        <div id="attention" data-live>\(attention)</div>
        <div id="counts" data-live>\(counts)</div>
        <section aria-labelledby="throughput-title"><h2 id="throughput-title">Jobs that ended, by the hour</h2>
        <div id="throughput" data-live>\(throughput)</div></section>
        <div class="columns uneven">
        <section aria-labelledby="runs-title"><h2 id="runs-title">Newest runs</h2>
        <div id="runs" data-live>\(newestRuns)</div></section>
        <section aria-labelledby="versions-title"><h2 id="versions-title">Newest model versions</h2>
        <div id="versions" data-live>\(newestVersions)</div></section>
        </div>
        """
    }

    private var counts: HTML {
        let live: [HTML] = [.running, .queued, .scheduled, .waiting].map { (state: JobState) in
            card(
                state.rawValue,
                overview.live[state]?.description ?? "0",
                Location("jobs", query: ["state": state.rawValue])
            )
        }
        return """
            <ul class="cards">\(live)\(card(
                "failed in 24 h",
                overview.failedToday.description,
                Location("jobs", query: ["state": JobState.failed.rawValue]),
                class: overview.failedToday.value > 0 ? "value bad" : "value"
            ))\(card("workers", HumanReadable.count(overview.aliveWorkers), Location("workers")))</ul>
            """
    }

    private func card(_ label: String, _ value: String, _ location: Location, class name: String = "value") -> HTML {
        """
        <li><a class="card" href="\(location)"><span class="label">\(label)</span> <span class="\(name)">\(value)</span></a></li>
        """
    }

    private var attention: HTML {
        var items: [HTML] = overview.latestFailures.prefix(3).map { failure in
            "<li>\(HTML.link("Job \(failure.job)", to: Location("jobs", failure.job.description))) failed \(viewer.time(failure.finishedAt)): \(Self.firstLine(failure.error))</li>"
        }
        for queue in overview.pausedQueues {
            let jobs = Location("jobs", query: ["queue": queue, "order": "next"])
            items.append("<li>The queue <a href=\"\(jobs)\"><b>\(queue)</b></a> is paused: nothing in it starts.</li>")
        }
        for worker in overview.lostWorkers.prefix(5) {
            items.append(
                "<li>The worker <b>\(worker)</b> is lost: it did not stop, and has not been seen for two minutes.</li>"
            )
        }
        for queue in overview.unservedQueues {
            let jobs = Location("jobs", query: ["queue": queue, "order": "next"])
            let command = "worker" + (queue == "default" ? "" : " --queues \(queue.shellWord)")
            items.append(
                """
                <li>Jobs are queued in <a href="\(jobs)"><b>\(queue)</b></a>, and no worker serves it: start one with \
                <code>\(command)</code>.</li>
                """
            )
        }
        guard !items.isEmpty else { return "" }
        return "<ul class=\"attention\" aria-label=\"Needs attention\">\(items)</ul>"
    }

    private static func firstLine(_ text: String?) -> String {
        let line = text?.split(whereSeparator: \.isNewline).first.map(String.init) ?? "no reason was given"
        return line.count > 160 ? line.prefix(159) + "…" : line
    }

    private var throughput: HTML {
        HourChart(hours: ended.hours, isComplete: ended.isComplete).html
    }

    private var newestRuns: HTML {
        guard !runs.isEmpty else {
            return .empty("Nothing has run yet. Train a first forest: <code>submit train --data diabetes --wait</code>")
        }
        var table = Table(
            "Newest runs",
            [
                .init("Run"), .init("Experiment", isMinor: true), .init("Status"), .init("Metric", .right),
                .init("Started", .right, isMinor: true),
            ]
        )
        for run in runs {
            table.add(
                [
                    .runLink(run.id, run.name),
                    .nameLink(run.experimentName, to: Location("experiments", run.experiment.description)),
                    .status(run.status), Self.headline(run),
                    viewer.time(run.startedAt),
                ],
                isHeader: true
            )
        }
        return table.html
    }

    /// The metric that says most, by the names that train jobs log.
    private static func headline(_ run: Run) -> HTML {
        let known = TrainForest.metricNames.first { run.metrics[$0] != nil && $0 != "mae" }
        guard let name = known ?? run.metrics.keys.min(), let metric = run.metrics[name] else { return .number(nil) }
        return "<span class=\"muted label\">\(name)</span> \(HTML.number(metric.value))"
    }

    private var newestVersions: HTML {
        guard !versions.isEmpty else {
            return .empty(
                "No model is registered yet. <code>submit train --register NAME</code> makes a version when it is done."
            )
        }
        var table = Table(
            "Newest model versions",
            [.init("Model"), .init("Version"), .init("Aliases"), .init("Made", .right)]
        )
        for version in versions {
            table.add(
                [
                    .nameLink(version.model, to: Location("models", version.model)),
                    .link("\(version.version)", to: Location("models", version.model, "\(version.version)")),
                    version.aliases.map { HTML.badge($0, "alias") }.joined(separator: " "),
                    viewer.time(version.createdAt),
                ],
                isHeader: true
            )
        }
        return table.html
    }
}
