internal import Jobs
internal import Presentation
internal import SearchGrammar
internal import Tracking

/// What the comparison of runs says.
struct CompareView {
    let runs: [Run]
    let curves: [MetricCurve]
    /// The columns of the scatter plot, as `metrics.rmse`.
    let x: String?
    let y: String?

    var html: HTML {
        guard runs.count > 1 else {
            return .empty(
                "Select two runs or more in the table of an <a href=\"/experiments\">experiment</a> to compare them."
            )
        }
        let comparison = RunComparison(runs)
        return """
            \(parallel(comparison))
            \(scatter(comparison))
            \(overlaid)
            <h2>Metrics</h2>\(metrics(comparison))
            <h2>Parameters</h2>\(params(comparison))
            """
    }

    private func link(_ run: Run) -> Location { Location("runs", run.id.rawValue) }

    private var headings: [Table.Column] {
        runs.map { .init(.runLink($0.id, $0.name), .right) }
    }

    private func metrics(_ comparison: RunComparison) -> HTML {
        guard !comparison.metrics.isEmpty else { return .empty("None of these runs logged a metric.") }
        var table = Table("Metrics side by side", [.init("Metric")] + headings)
        for line in comparison.metrics {
            let best = MetricDirection(named: line.key)?.best(of: line.values.compactMap(\.self))
            table.add(
                ["\(line.key)"]
                    + line.values.map { value in
                        value != nil && value == best
                            ? "<span class=\"best\" title=\"best\">\(HTML.number(value))</span>" : .number(value)
                    },
                isHeader: true
            )
        }
        return table.html
    }

    private func params(_ comparison: RunComparison) -> HTML {
        guard !comparison.params.isEmpty else { return .empty("None of these runs logged a parameter.") }
        var table = Table("Parameters side by side", [.init("Parameter")] + headings)
        // Differences first: they are what one came for.
        for line in comparison.params.filter(\.differs) + comparison.params.filter({ !$0.differs }) {
            let name: HTML = line.differs ? "\(line.key) <span class=\"badge paused\">differs</span>" : "\(line.key)"
            table.add(
                [name] + line.values.map { HTML.text($0) },
                class: line.differs ? "differs" : nil,
                isHeader: true
            )
        }
        return table.html
    }

    // MARK: Charts

    private func parallel(_ comparison: RunComparison) -> HTML {
        let params = comparison.params.filter { $0.differs && !Self.seeds.contains($0.key) }.prefix(8)
        let keys = comparison.metrics.map(\.key)
        let chosen = TrainMetricOrder.first(among: keys).map { [$0] } ?? []
        let axes =
            params.map { ParallelChart.Axis(name: $0.key, values: $0.values) }
            + comparison.metrics.filter { chosen.contains($0.key) }.map { line in
                ParallelChart.Axis(name: line.key, values: line.values.map { $0.map { "\($0)" } })
            }
        guard axes.count > 1 else { return "" }
        let chart = ParallelChart(axes: axes, lines: runs.map { .init(name: $0.title, link: link($0)) })
        return "<h2>Parameters and outcome</h2>\(chart.html)"
    }

    private static let seeds: Set<String> = ["random_state", "split_seed", "sample_seed"]

    private func scatter(_ comparison: RunComparison) -> HTML {
        let params = comparison.params.filter { line in line.values.contains { $0.flatMap { Double($0) } != nil } }
        let choices =
            comparison.metrics.map { SearchField(.metric, $0.key).description }
            + params.map { SearchField(.parameter, $0.key).description }
        guard choices.count > 1 else { return "" }
        // The one that most runs have a number of, the first of several.
        let varied = params.filter { $0.differs && !Self.seeds.contains($0.key) }.reversed().max { left, right in
            Self.numbers(left.values) < Self.numbers(right.values)
        }.map { SearchField(.parameter, $0.key).description }
        let outcome = TrainMetricOrder.first(among: comparison.metrics.map(\.key)).map {
            SearchField(.metric, $0).description
        }
        let across = x.flatMap { choices.contains($0) ? $0 : nil } ?? varied ?? choices[0]
        let up = y.flatMap { choices.contains($0) ? $0 : nil } ?? outcome ?? choices[1]
        let points = runs.compactMap { run -> ScatterChart.Point? in
            guard let x = value(across, run), let y = value(up, run) else { return nil }
            return .init(name: run.title, x: x, y: y, link: link(run))
        }
        func options(_ current: String) -> [HTML] {
            choices.map { "<option\(flag: "selected", $0 == current)>\($0)</option>" }
        }
        let hidden = runs.map { run -> HTML in "<input type=\"hidden\" name=\"run\" value=\"\(run.id.rawValue)\">" }
        return """
            <h2 id="scatter">Two columns</h2>
            <form class="toolbar" action="/compare#scatter">\(hidden)
            <div><label for="x">Across</label><select id="x" name="x">\(options(across))</select></div>
            <div><label for="y">Up</label><select id="y" name="y">\(options(up))</select></div><button>Draw</button></form>
            <div class="charts">\(ScatterChart(x: across, y: up, points: points, count: runs.count).html)</div>
            """
    }

    private static func numbers(_ values: [String?]) -> Int { values.count { $0.flatMap { Double($0) } != nil } }

    private func value(_ name: String, _ run: Run) -> Double? {
        for (key, metric) in run.metrics where SearchField(.metric, key).description == name { return metric.value }
        for (key, value) in run.params where SearchField(.parameter, key).description == name { return Double(value) }
        return nil
    }

    private var overlaid: HTML {
        guard !curves.isEmpty else { return "" }
        let byKey = Dictionary(grouping: curves, by: \.key).sorted { $0.key < $1.key }
        let names = Dictionary(uniqueKeysWithValues: runs.map { ($0.number, $0) })
        let charts = byKey.map { key, curves in
            LineChart(
                title: key,
                x: "step",
                y: key,
                series: curves.compactMap { curve in
                    names[curve.run].map { run in
                        .init(
                            name: run.title,
                            points: curve.points.map { (Double($0.step), $0.value) },
                            link: link(run)
                        )
                    }
                }
            ).html
        }
        return "<h2>Metrics over steps</h2><div class=\"charts\">\(charts)</div>"
    }
}
