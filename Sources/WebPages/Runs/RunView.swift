internal import Access
internal import Artifacts
internal import Jobs
internal import Presentation
internal import Registry
internal import Tracking

/// What the page of a run says.
struct RunView {
    let viewer: Viewer
    let run: Run
    let models: [LoggedModel]
    let versions: [ModelVersion]
    let artifacts: [ArtifactEntry]
    /// All files of the run, if there are few.
    let files: [ArtifactInfo]?
    let children: [Run]
    let work: RunWork?
    let curves: [MetricCurve]
    /// How the browser reached this server.
    let host: String

    private var location: Location { Location("runs", run.id.rawValue) }

    /// Beside the heading.
    var actions: HTML {
        let isDeleted = run.stage == .deleted
        let change =
            isDeleted
            ? viewer.button("Restore", to: Location("runs", run.id.rawValue, "restore"))
            : viewer.confirmedButton(
                "Delete…",
                question: "Delete this run? It can be restored.",
                confirm: "Delete run",
                to: Location("runs", run.id.rawValue, "delete")
            )
        return """
            <span id="status" data-live>\(HTML.status(run.status))</span>\
            \(isDeleted ? HTML.badge("deleted", "deleted") : "")<div class="actions">\(again)\(change)</div>
            """
    }

    /// The form that queues the same job, filled in.
    private var again: HTML {
        guard let job = work?.job, let kind = SubmitKind(rawValue: job.kind), viewer.may(.write) else { return "" }
        return """
            <a class="button" href="\(Location("submit", kind.rawValue, query: ["job": job.id.description]))">Run again</a>
            """
    }

    var html: HTML {
        """
        <div id="facts" data-live>\(problem)\(facts)</div>
        \(HTML.note(of: run.tags))
        <div class="columns">
        <div>
        <section aria-labelledby="metrics-title"><h2 id="metrics-title">Metrics</h2>\
        <div id="metrics" data-live>\(metrics)</div>\(hasFewCharts ? liveCharts : "")</section>
        <div id="figures" data-live>\(figures)</div>
        </div>
        <section aria-labelledby="params-title"><h2 id="params-title">Parameters</h2>\(params)</section>
        </div>
        \(hasFewCharts ? "" : liveCharts)
        \(childRuns)
        <div class="columns">
        <section aria-labelledby="artifacts-title"><h2 id="artifacts-title">Artifacts</h2>\
        <div id="artifacts" data-live>\(artifactList)</div></section>
        <section aria-labelledby="tags-title"><h2 id="tags-title">Tags</h2>\(tags)\(rename)</section>
        </div>
        \(models.isEmpty ? "" : ModelSection(run: run, models: models, versions: versions, host: host).html)
        \(work.map { work in RunWorkView(viewer: viewer, run: run, work: work).html })
        """
    }

    private var problem: HTML {
        guard run.status == .failed || run.status == .killed else { return "" }
        let attempt = work?.attempts.first { $0.attempt == run.attempt }
        guard let error = attempt?.error ?? work?.job.error else { return "" }
        return "<p class=\"error\">\(error)</p>"
    }

    private var facts: HTML {
        var items = HTML()
        func add(_ name: HTML, _ value: HTML) { items += "<dt>\(name)</dt><dd>\(value)</dd>" }
        if let job = work?.job, job.state == .running {
            add("Progress", .progress(job.progress ?? 0, label: "Progress of the job"))
        }
        add("Started", run.user.isEmpty ? viewer.time(run.startedAt) : "\(viewer.time(run.startedAt)) by \(run.user)")
        if let duration = run.duration { add("Took", .duration(.seconds(duration))) }
        if let parent = run.parent {
            add("Sweep", .link(String(parent.rawValue.prefix(8)), to: Location("runs", parent.rawValue)))
        }
        for input in run.inputs {
            let use = input.tags[RunInput.contextTag].map { " for \($0)" } ?? ""
            add("Data", "\(input.dataset.name), digest <code>\(input.dataset.digest)</code>\(use)")
        }
        if let job = run.job {
            add("Job", "\(HTML.link("\(job)", to: Location("jobs", "\(job)"))), attempt \(run.attempt ?? 1)")
        }
        add("Run id", "<code>\(run.id.rawValue)</code>")
        return "<dl class=\"facts\">\(items)</dl>"
    }

    private var metrics: HTML {
        guard !run.metrics.isEmpty else {
            return .empty(run.status.isFinal ? "This run logged no metrics." : "Nothing measured yet.")
        }
        let hasSteps = run.metrics.values.contains { $0.step != 0 }
        var table = Table(
            "Metrics",
            [.init("Metric"), .init("Latest", .right)] + (hasSteps ? [.init("At step", .right)] : [])
        )
        for key in run.metrics.keys.sorted(by: Self.metricPrecedes) {
            guard let metric = run.metrics[key] else { continue }
            table.add(
                ["\(key)", .number(metric.value)] + (hasSteps ? ["\(metric.step)"] : []),
                isHeader: true
            )
        }
        return table.html
    }

    private static func metricPrecedes(_ left: String, _ right: String) -> Bool {
        let (first, second) = (TrainMetricOrder.places[left] ?? .max, TrainMetricOrder.places[right] ?? .max)
        return first != second ? first < second : left < right
    }

    private var params: HTML {
        guard !run.params.isEmpty else { return .empty("This run logged no parameters.") }
        var table = Table("Parameters", [.init("Parameter"), .init("Value")])
        for (key, value) in run.params.sorted(by: { $0.key < $1.key }) {
            table.add(["\(key)", Self.param(key, value)], isHeader: true)
        }
        return table.html
    }

    /// A model that was used leads to its page.
    private static func param(_ key: String, _ value: String) -> HTML {
        let shown: HTML = "<code>\(value)</code>"
        guard key == "model_uri", let uri = try? ModelURI(value) else { return shown }
        return switch uri {
        case .version(let name, let version): "<a href=\"\(Location("models", name, "\(version)"))\">\(shown)</a>"
        case .latest(let name), .alias(let name, _): "<a href=\"\(Location("models", name))\">\(shown)</a>"
        case .run(let id, _): "<a href=\"\(Location("runs", id))\">\(shown)</a>"
        case .job(let id): "<a href=\"\(Location("jobs", "\(id)"))\">\(shown)</a>"
        case .loggedModel: shown
        }
    }

    /// A few stand below the metrics, where the parameters beside them leave room; many need the whole width.
    private var hasFewCharts: Bool { curves.count < 3 }

    private var liveCharts: HTML { "<div id=\"charts\" data-live>\(charts)</div>" }

    private var charts: HTML {
        guard !curves.isEmpty else { return "" }
        let charts = curves.map { curve in
            LineChart(
                title: curve.key,
                x: "step",
                y: curve.key,
                series: [
                    LineChart.Series(
                        name: curve.key,
                        points: curve.points.map { (Double($0.step), $0.value) },
                        link: nil
                    )
                ]
            ).html
        }
        return "<h2>Metrics over steps</h2><div class=\"charts\">\(charts)</div>"
    }

    private var childRuns: HTML {
        guard !children.isEmpty else { return "" }
        let varied = RunComparison(children).params.filter(\.differs).map(\.key)
            .filter { !["random_state", "split_seed"].contains($0) }.prefix(6)
        let metric = TrainMetricOrder.first(among: children.flatMap(\.metrics.keys))
        let order = children.sorted { left, right in
            guard let metric, let first = left.metrics[metric]?.value, let second = right.metrics[metric]?.value else {
                return left.metrics.count > right.metrics.count
            }
            return MetricDirection(of: metric).isBetter(first, than: second)
        }
        var table = Table(
            "Runs of this sweep",
            [.init("Run"), .init("Status")] + varied.map { .init("\($0)") }
                + (metric.map { [Table.Column("\($0)", .right)] } ?? [])
        )
        let best = run.tags[SumUpSweep.bestRunTag]
        for child in order {
            let mark = child.id.rawValue == best ? " \(HTML.badge("best", "alias"))" : "" as HTML
            table.add(
                ["\(HTML.runLink(child.id, child.name))\(mark)", .status(child.status)]
                    + varied.map { .text(child.params[$0]) }
                    + (metric.map { [HTML.number(child.metrics[$0]?.value)] } ?? []),
                isHeader: true
            )
        }
        let compare = children.prefix(ComparePages.limit).reduce(Location("compare")) {
            $0.adding("run", $1.id.rawValue)
        }
        return """
            <section aria-labelledby="sweep-title"><h2 id="sweep-title">Runs of this sweep</h2>\
            <p><a class="button" href="\(compare)">Compare them</a></p>\
            <div id="children" data-live>\(table.html)</div></section>
            """
    }

    /// What a job's pictures are called, that which says most first.
    private static let figureOrder = [
        "scatter.png", "confusion_matrix.png", "sweep.png", "residuals.png", "roc_curve.png",
    ]

    /// The images that a job draws, small; each leads to itself.
    private var figures: HTML {
        let images = artifacts.filter { !$0.isFolder && $0.path.hasSuffix(".png") }
        guard !images.isEmpty else { return "" }
        let first = Self.figureOrder.compactMap { name in images.first { $0.path == name } }
        let others = images.filter { !Self.figureOrder.contains($0.path) }
        let items = (first + others).prefix(6).map { image -> HTML in
            """
            <li><a href="\(ArtifactView.location(image.path, run: run.id))"><img loading="lazy" \
            src="\(ArtifactView.download(image.path, run: run.id))" alt="\(image.path)"></a></li>
            """
        }
        return "<h2>Figures</h2><ul class=\"figures\">\(items)</ul>"
    }

    private var artifactList: HTML {
        guard !artifacts.isEmpty else {
            return .empty(run.status.isFinal ? "This run has no artifacts." : "Artifacts appear when the run is done.")
        }
        return ArtifactView.list(artifacts, files, run: run.id)
    }

    private var tags: HTML {
        TagEditor(
            viewer: viewer,
            tags: run.tags,
            location: Location("runs", run.id.rawValue, "tags"),
            mayChange: run.stage == .active
        ).html
    }

    private var rename: HTML {
        guard run.stage == .active else { return "" }
        return viewer.form(
            to: Location("runs", run.id.rawValue, "name"),
            class: "toolbar",
            needs: .write,
            """
            <div><label for="run-name">Name of the run</label>\
            <input id="run-name" name="name" value="\(run.name)" required maxlength="500"></div><button>Rename</button>
            """
        )
    }
}
