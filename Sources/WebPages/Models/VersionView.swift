internal import Access
internal import Presentation
internal import Registry
internal import Tracking

/// What the page of a version says.
struct VersionView {
    let viewer: Viewer
    let version: ModelVersion
    let run: Run?
    let signature: String?
    let path: String
    let trial: ModelTrial?
    /// Why the model cannot be tried here.
    let obstacle: String?
    /// How the browser reached this server.
    let host: String

    private var uri: String { "models:/\(version.model)/\(version.version)" }

    var aliases: HTML {
        let badges = version.aliases.map { HTML.badge($0, "alias") }.joined(separator: " ")
        let predict: HTML =
            viewer.may(.write)
            ? "<a class=\"button\" href=\"\(Location("submit", "predict", query: ["model": uri]))\">Predict rows</a>"
            : ""
        let champion = viewer.confirmedButton(
            "Make champion…",
            question:
                "Point the alias champion at version \(version.version)? Whoever loads models:/\(version.model)@champion gets it from then on.",
            confirm: "Make champion",
            to: Location("models", version.model, "aliases"),
            values: ["alias": "champion", "version": "\(version.version)"]
        )
        return "\(badges)<div class=\"actions\">\(predict)\(version.aliases.contains("champion") ? "" : champion)</div>"
    }

    var html: HTML {
        """
        \(DescriptionEditor(viewer: viewer, text: version.description, location: location("description")).html)
        \(facts)
        <div class="columns"><section aria-labelledby="metrics-title"><h2 id="metrics-title">Metrics</h2>\(metrics)</section>
        <section aria-labelledby="try-title"><h2 id="try-title">Try it</h2>\(attempt)</section></div>
        <section aria-labelledby="use-title"><h2 id="use-title">What it takes, and how to use it</h2>
        \(ModelSection.signature(signature))
        \(ModelSnippets(uri: uri, run: version.run, path: path, host: host).html)</section>
        <section aria-labelledby="tags-title"><h2 id="tags-title">Tags</h2>\
        \(TagEditor(viewer: viewer, tags: version.tags, location: location("tags")).html)</section>
        """
    }

    private func location(_ part: String) -> Location {
        Location("models", version.model, "\(version.version)", part)
    }

    private var facts: HTML {
        var items = HTML()
        func add(_ name: HTML, _ value: HTML) { items += "<dt>\(name)</dt><dd>\(value)</dd>" }
        add("URI", "<code>\(uri)</code>")
        if version.status != .ready { add("Status", "\(version.status.rawValue) \(version.statusMessage)") }
        add(
            "Made",
            version.user.isEmpty
                ? viewer.time(version.createdAt) : "\(viewer.time(version.createdAt)) by \(version.user)"
        )
        if let run {
            add("Run", .runLink(run.id, run.name))
            if let data = run.inputs.first {
                add("Data", "\(data.dataset.name), digest <code>\(data.dataset.digest)</code>")
            }
        }
        if let job = version.job { add("Job", .link("\(job)", to: Location("jobs", "\(job)"))) }
        return "<dl class=\"facts\">\(items)</dl>"
    }

    private var metrics: HTML {
        guard let run, !run.metrics.isEmpty else { return .empty("No metrics are known of it.") }
        var table = Table("Metrics", [.init("Metric"), .init("Value", .right)])
        for metric in run.metrics.values.sorted(by: { $0.key < $1.key }) {
            table.add(["\(metric.key)", .number(metric.value)], isHeader: true)
        }
        return table.html
    }

    private var attempt: HTML {
        guard let trial else {
            return .empty(HTML(obstacle ?? "It has no input example to begin with, or is too large to be tried here."))
        }
        let fields = zip(trial.columns, trial.values).enumerated().map { index, pair -> HTML in
            """
            <div class="field"><label for="value-\(index)">\(pair.0)</label>\
            <input id="value-\(index)" name="value" value="\(pair.1)" inputmode="decimal" autocomplete="off"></div>
            """
        }
        return viewer.form(
            to: location("try"),
            class: "try",
            """
            <p class="muted small">The first row of its input example. An empty field is a missing value.</p>\
            <div class="fields small">\(fields)</div><button class="primary">Predict</button>\(answer(trial))
            """
        )
    }

    private func answer(_ trial: ModelTrial) -> HTML {
        if let problem = trial.problem { return "<p class=\"problem\" role=\"alert\">\(problem)</p>" }
        guard let prediction = trial.prediction else { return "" }
        let shares = trial.probabilities.map { label, share -> HTML in "<li>\(label): \(HTML.number(share))</li>" }
        return """
            <p role="status" id="prediction">Prediction: <strong>\(Double(prediction).map { HTML.number($0) } ?? HTML(prediction))</strong></p>\
            \(shares.isEmpty ? "" : "<ul>\(shares)</ul>" as HTML)
            """
    }
}
