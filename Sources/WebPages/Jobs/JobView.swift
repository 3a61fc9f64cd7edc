internal import Access
internal import Jobs
internal import Postgres
internal import Presentation
internal import Registry
internal import Tracking

/// What the page of a job says.
struct JobView {
    let viewer: Viewer
    let job: JobSummary
    let attempts: [AttemptSummary]
    let log: [JobLogLine]
    let version: ModelVersion?
    /// One more than `partLimit` if there are more.
    let parts: [JobStatus]
    let partLimit: Int
    let whole: Job.ID?
    let needs: [Job.ID]

    private var id: String { job.id.description }

    var actions: HTML {
        var buttons = HTML()
        if job.state.isFinal, job.state != .succeeded || job.kind == TrainForest.kind || job.kind == PredictRows.kind {
            if job.state != .succeeded { buttons += viewer.button("Retry", to: Location("jobs", id, "retry")) }
        } else if !job.state.isFinal {
            buttons += viewer.confirmedButton(
                "Cancel…",
                question: "Cancel this job? What it has computed is lost.",
                confirm: "Cancel job",
                to: Location("jobs", id, "cancel")
            )
        }
        if viewer.may(.write), job.kind == TrainForest.kind || job.kind == PredictRows.kind {
            buttons += "<a class=\"button\" href=\"\(Location("submit", job.kind, query: ["job": id]))\">Run again</a>"
        }
        return
            "<span id=\"state\" data-live>\(HTML.state(job.state))</span><div class=\"actions\" id=\"actions\" data-live>\(buttons)</div>"
    }

    var html: HTML {
        """
        <div id="facts" data-live>\(job.error.map { "<p class=\"error\">\($0)</p>" as HTML })\(facts)</div>
        <div id="priority-form" data-live>\(priority)</div>
        <section aria-labelledby="attempts-title"><h2 id="attempts-title">Attempts</h2><div id="attempts" data-live>\
        \(RunWorkView.attempts(attempts, viewer))\(RunWorkView.log(log))</div></section>
        \(partList)
        <section aria-labelledby="spec-title"><h2 id="spec-title">What it was told</h2>\
        <pre tabindex="0" aria-label="Specification"><code>\(PrettyJSON(job.spec.text).text)</code></pre></section>
        """
    }

    private var facts: HTML {
        var items = HTML()
        func add(_ name: HTML, _ value: HTML) { items += "<dt>\(name)</dt><dd>\(value)</dd>" }
        if job.state == .running { add("Progress", .progress(job.progress ?? 0, label: "Progress of the job")) }
        add("Kind", "\(job.kind)")
        if let run = job.runID { add("Run", .runLink(Run.ID(rawValue: run), job.runName ?? "")) }
        if let version {
            add(
                "Registered",
                .link(
                    "\(version.model) version \(version.version)",
                    to: Location("models", version.model, "\(version.version)")
                )
            )
        }
        add("Queue", "\(job.queue), priority \(job.priority)")
        if let whole { add("Part of", Self.link(whole)) }
        if !needs.isEmpty { add("Needs", needs.map(Self.link).joined(separator: ", ")) }
        add("Submitted", "\(viewer.time(job.submittedAt)) by \(job.submittedBy)")
        if job.state == .scheduled { add("Not before", viewer.time(job.scheduledAt)) }
        add("Waited", .duration(job.waited))
        add("Ran", .duration(job.ran))
        add(
            "Attempts",
            """
            \(job.attempt), of which \(job.failures) failed and \(job.losses) lost their worker; \
            \(job.maxAttempts == 1 ? "one failure ends it" : "\(job.maxAttempts) failures end it")
            """
        )
        if let key = job.uniqueKey { add("Unique key", "\(key)") }
        return "<dl class=\"facts\">\(items)</dl>"
    }

    private static func link(_ job: Job.ID) -> HTML { .link("job \(job)", to: Location("jobs", job.description)) }

    private var partList: HTML {
        guard !parts.isEmpty else { return "" }
        var table = Table(
            "Parts",
            [
                .init("Job"), .init("State"), .init("Worker", isMinor: true), .init("Started", .right),
                .init("Run", isMinor: true), .init("Error", isProse: true),
            ]
        )
        for part in parts.prefix(partLimit) {
            let progress: HTML =
                part.state == .running ? .progress(part.progress, label: "Progress of job \(part.id)") : ""
            table.add(
                [
                    .link(part.id.description, to: Location("jobs", part.id.description)),
                    "\(HTML.state(part.state)) \(progress)", .text(part.worker), viewer.time(part.startedAt),
                    part.runID.map { .runLink(Run.ID(rawValue: $0), "") } ?? .text(nil), .text(part.error),
                ],
                isHeader: true
            )
        }
        let rest: HTML = parts.count > partLimit ? "<p class=\"muted\">These are the first \(partLimit).</p>" : ""
        return """
            <section aria-labelledby="parts-title"><h2 id="parts-title">Parts</h2>
            <div id="parts" data-live>\(table.html)\(rest)</div></section>
            """
    }

    private var priority: HTML {
        guard !job.state.isFinal else { return "" }
        return viewer.form(
            to: Location("jobs", id, "priority"),
            class: "toolbar",
            needs: .write,
            """
            <div><label for="priority">Priority</label><input id="priority" name="priority" type="number" min="-32768" \
            max="32767" value="\(job.priority)" required></div><button>Change</button>
            """
        )
    }
}
