internal import Jobs
internal import Plots
internal import Tracking

/// What a sweep found.
struct SweepSummary: Sendable {
    let told: SumUpSweep
    /// The runs of the points that succeeded.
    let runs: [Run]
    /// How many points there were.
    let pointCount: Int
    /// Where the best of them is in `runs`: the first of equals; nil if none has a value of the metric.
    let best: Int?

    init(_ told: SumUpSweep, runs: [Run], pointCount: Int) {
        self.told = told
        self.runs = runs
        self.pointCount = pointCount
        let direction = MetricDirection(of: told.metric)
        var best: (index: Int, value: Double)?
        for (index, run) in runs.enumerated() {
            guard let value = run.metrics[told.metric]?.value, !value.isNaN else { continue }
            if best.map({ direction.isBetter(value, than: $0.value) }) ?? true { best = (index, value) }
        }
        self.best = best?.index
    }

    private var bestRun: Run? { best.map { runs[$0] } }

    /// What the sweep's run logs: how many points there were and succeeded, and the best value.
    var metrics: [(key: String, value: Double)] {
        let counts = [("points_succeeded", Double(runs.count)), ("points_failed", Double(pointCount - runs.count))]
        let value = bestRun?.metrics[told.metric].map { [(SumUpSweep.bestPrefix + told.metric, $0.value)] } ?? []
        return value + counts
    }

    /// The parameters of the best point that the sweep varied.
    var params: [String: String] {
        guard let bestRun else { return [:] }
        return Dictionary(
            uniqueKeysWithValues: told.varied.map { (SumUpSweep.bestPrefix + $0, bestRun.params[$0] ?? "") }
        )
    }

    var tags: [String: String] {
        bestRun.map { [SumUpSweep.bestRunTag: $0.id.rawValue] } ?? [:]
    }

    /// One sentence for the log.
    var text: String {
        let counts = "\(runs.count) of \(pointCount) points succeeded"
        return best == nil ? "\(counts), none has a value of \(told.metric)" : "\(counts), \(bestText)"
    }

    private var bestText: String {
        guard let bestRun, let value = bestRun.metrics[told.metric]?.value else { return "" }
        let values = told.varied.map { "\($0) \(bestRun.params[$0] ?? "None")" }
        return "best \(told.metric) \(value.longFigure) with \(values.joined(separator: ", "))"
    }

    /// A line for each run: its id, what was varied, and its metrics.
    var csv: String {
        let keys = Set(runs.flatMap(\.metrics.keys)).sorted()
        var text = (["run_id"] + told.varied + keys).csvLine
        for run in runs {
            text +=
                ([run.id.rawValue] + told.varied.map { run.params[$0] ?? "" }
                + keys.map { key in run.metrics[key].map { "\($0.value)" } ?? "" }).csvLine
        }
        return text
    }

    var figure: SweepPlot {
        let direction = MetricDirection(of: told.metric)
        return SweepPlot(
            panels: told.varied.map(panel),
            metric: runs.map { $0.metrics[told.metric]?.value ?? .nan },
            metricName: told.metric,
            lowerIsBetter: direction == .lowerIsBetter,
            best: best,
            caption: Caption("Sweep", details: [bestText, "\(runs.count) of \(pointCount) points"])
        )
    }

    /// Numbers keep their distances where all values are numbers; else they come first, by size.
    private func panel(_ parameter: String) -> SweepPlot.Panel {
        let values = runs.map { $0.params[parameter] ?? "None" }
        let numbers = values.map { Double($0) }
        if numbers.allSatisfy({ $0?.isFinite == true }) {
            return SweepPlot.Panel(parameterName: parameter, x: numbers.map { $0 ?? .nan })
        }
        let names = Set(values).sorted { left, right in
            switch (Double(left), Double(right)) {
            case (let left?, let right?): left < right
            case (_?, nil): true
            case (nil, _?): false
            case (nil, nil): left < right
            }
        }
        return SweepPlot.Panel(
            parameterName: parameter,
            scale: .names(names),
            x: values.map { Double(names.firstIndex(of: $0) ?? 0) }
        )
    }
}
