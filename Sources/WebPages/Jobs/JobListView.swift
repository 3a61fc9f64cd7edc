internal import Access
internal import Jobs
internal import Presentation
internal import Tracking

/// The list of jobs, and their queues.
struct JobListView {
    let viewer: Viewer
    let listed: JobListQuery
    let found: JobPage
    let queues: [QueueDepth]

    private var filter: JobQuery { listed.query }
    private var jobs: [JobSummary] { found.jobs }

    var actions: HTML {
        guard viewer.may(.write) else { return "" }
        return """
            <div class="actions"><a class="button primary" href="\(Location("submit", "train"))">Train</a>\
            <a class="button" href="\(Location("submit", "predict"))">Predict</a></div>
            """
    }

    var html: HTML {
        """
        \(filters)
        <div id="jobs" data-live>\(list)</div>\(pager)
        <section aria-labelledby="queues-title"><h2 id="queues-title">Queues</h2><div id="queues" data-live>\(queueList)</div></section>
        """
    }

    private var filters: HTML {
        let states = JobState.allCases.map { state -> HTML in
            "<option\(flag: "selected", filter.state == state)>\(state.rawValue)</option>"
        }
        let names = queues.map { queue -> HTML in
            "<option\(flag: "selected", filter.queue == queue.name)>\(queue.name)</option>"
        }
        let kinds = [TrainForest.kind, PredictRows.kind, SumUpSweep.kind, TrainShard.kind].map { kind -> HTML in
            "<option\(flag: "selected", filter.kind == kind)>\(kind)</option>"
        }
        let orders = [(JobQuery.Order.newest, "newest"), (.oldest, "oldest"), (.next, "next to be claimed")].map {
            order,
            name -> HTML in
            "<option value=\"\(order.rawValue)\"\(flag: "selected", filter.order == order)>\(name)</option>"
        }
        return """
            <form class="toolbar" action="/jobs"><div><label for="state">State</label><select id="state" name="state">\
            <option value="">any</option>\(states)</select></div><div><label for="queue">Queue</label>\
            <select id="queue" name="queue"><option value="">any</option>\(names)</select></div>\
            <div><label for="kind">Kind</label><select id="kind" name="kind"><option value="">any</option>\(kinds)</select></div>\
            <div><label for="order">Order</label><select id="order" name="order">\(orders)</select></div>\
            <button>Show</button></form>
            """
    }

    private var list: HTML {
        guard !jobs.isEmpty else {
            if found.isCutShort { return .empty("None of the jobs looked at fits. Look further below.") }
            let isFiltered = filter != JobQuery()
            return isFiltered
                ? .empty("No job fits. <a href=\"/jobs\">Show all jobs</a>.")
                : .empty(
                    "No job yet. <a href=\"/submit/train\">Train a forest</a>, or: <code>submit train --wait</code>"
                )
        }
        var table = Table(
            "Jobs",
            [
                .init("Job"), .init("Kind"), .init("State"), .init("Run"), .init("Queue", isMinor: true),
                .init("Priority", .right, isMinor: true), .init("Submitted", .right),
                .init("Waited", .right, isMinor: true),
                .init("Ran", .right),
            ]
        )
        for job in jobs {
            table.add(
                [
                    .link(job.id.description, to: Location("jobs", job.id.description)), "\(job.kind)",
                    "\(HTML.state(job.state)) \(job.state == .running ? HTML.progress(job.progress, label: "Progress of job \(job.id)") : "")",
                    job.runID.map { .runLink(Run.ID(rawValue: $0), job.runName ?? "") } ?? .text(job.runName),
                    "\(job.queue)", "\(job.priority)", viewer.time(job.submittedAt), .duration(job.waited),
                    .duration(job.ran),
                ],
                isHeader: true
            )
        }
        return table.html
    }

    private var pager: HTML {
        let first: HTML = filter.after == nil ? "" : "<a href=\"\(listed.location)\">First page</a>"
        let next = found.next.map { position -> HTML in
            let label = found.isCutShort ? "Look further, from job \(position.job)" : "Next page"
            return "<a href=\"\(listed.page(after: position))\" rel=\"next\">\(label)</a>"
        }
        guard !first.isEmpty || next != nil else { return "" }
        return "<nav class=\"pager\" aria-label=\"Pages\">\(first)\(next)</nav>"
    }

    private var queueList: HTML {
        guard !queues.isEmpty else { return .empty("A queue appears with its first job.") }
        var table = Table(
            "Queues",
            [
                .init("Queue"), .init("State"), .init("Queued", .right), .init("Running", .right),
                .init("Oldest", .right),
            ] + (viewer.may(.admin) ? [.init("Change")] : [])
        )
        for queue in queues {
            let isPaused = queue.pausedAt != nil
            let state: HTML =
                isPaused
                ? "\(HTML.badge("paused", "paused")) \(viewer.time(queue.pausedAt))" : .badge("open", "succeeded")
            table.add(
                [
                    .link(queue.name, to: Location("jobs", query: ["queue": queue.name, "order": "next"])),
                    state,
                    .count(queue.queued), "\(queue.running)", oldest(queue),
                ]
                    + (viewer.may(.admin)
                        ? [
                            viewer.button(
                                isPaused ? "Resume" : "Pause",
                                to: Location("queues", queue.name, isPaused ? "resume" : "pause"),
                                needs: .admin
                            )
                        ] : []),
                isHeader: true
            )
        }
        return table.html
    }

    /// Of those that were counted, when not all were.
    private func oldest(_ queue: QueueDepth) -> HTML {
        let age = HTML.duration(queue.oldestAge)
        return queue.queued.isCutOff ? "over \(age)" : age
    }
}
