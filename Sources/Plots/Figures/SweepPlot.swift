/// A metric over each parameter that a sweep varied: a dot for each run, a line through the best run of each value, a ring
/// around the best of all.
public struct SweepPlot: Figure {
    /// The values of a parameter: numbers keep their distances, names stand side by side in this order.
    public enum Scale: Sendable, Equatable {
        case numbers
        case names([String])
    }

    /// One parameter.
    public struct Panel: Sendable, Equatable {
        let parameterName: String
        let scale: Scale
        let x: [Double]

        /// - Parameter x: the value of each run, or its place in the names.
        public init(parameterName: String, scale: Scale = .numbers, x: [Double]) {
            self.parameterName = parameterName
            self.scale = scale
            self.x = x
        }
    }

    public let name = "sweep"
    let panels: [Panel]
    let metric: [Double]
    let metricName: String
    let lowerIsBetter: Bool
    let best: Int?
    let caption: Caption

    /// - Parameters:
    ///   - panels: one for each parameter, with a value for each run.
    ///   - metric: of each run.
    ///   - best: the best run.
    public init(
        panels: [Panel],
        metric: [Double],
        metricName: String,
        lowerIsBetter: Bool,
        best: Int?,
        caption: Caption
    ) {
        precondition(panels.allSatisfy { $0.x.count == metric.count })
        self.panels = Array(panels.prefix(Self.panelLimit))
        self.metric = metric
        self.metricName = metricName
        self.lowerIsBetter = lowerIsBetter
        self.best = best
        self.caption = caption.notingShown(Self.panelLimit, of: panels.count, "parameters")
    }

    private static let panelLimit = 9

    private var columnCount: Int { min(max(1, panels.count), 3) }
    private var rowCount: Int { (max(1, panels.count) + columnCount - 1) / columnCount }

    public var size: FigureSize {
        FigureSize(width: columnCount == 1 ? 540 : 60 + 300 * columnCount, height: 130 + 230 * rowCount)
    }

    public func draw(in script: inout GnuplotScript) {
        let (width, height) = (Double(size.width), Double(size.height))
        script.addCaption(caption, width: size.width)
        let axis = Axis(fitting: metric, margin: 0.1)
        script.add("set yrange \(code: axis.code)")
        // Room for the metric's name and the numbers on the left, the names below, and the caption.
        script.add(
            """
            set multiplot layout \(rowCount),\(columnCount) \
            margins \(axis.room / width),\(1 - 20 / width),\(56 / height),\(1 - 72 / height) \
            spacing \(26 / width),\(64 / height)
            """
        )
        for (index, panel) in panels.enumerated() {
            if index == 1 {
                // The caption was drawn with the first panel; its lines have these numbers.
                for label in 1001...1003 { script.add("unset label \(label)") }
            }
            let isFirstInRow = index.isMultiple(of: columnCount)
            script.add("set format y \(code: isFirstInRow ? "'% h'" : "''")")
            let label = isFirstInRow ? shortened(metricName, to: 40) : ""
            script.add("set ylabel \(label) offset 0.4,0 textcolor rgb \(Style.ink)")
            draw(panel, in: &script)
        }
        // Axes without a dot, if there is nothing to draw.
        if panels.isEmpty { script.add("plot NaN notitle") }
        script.add("unset multiplot")
    }

    private func draw(_ panel: Panel, in script: inout GnuplotScript) {
        script.add("set xlabel \(shortened(panel.parameterName, to: 32)) offset 0,0.4 textcolor rgb \(Style.ink)")
        addScale(of: panel, to: &script)
        script.addData("$runs", metric.indices.map { [panel.x[$0], metric[$0]] })
        script.addData("$bests", bests(panel))
        script.addData("$best", best.map { [[panel.x[$0], metric[$0]]] } ?? [])
        var pieces: [GnuplotCommand] = [
            "$bests using 1:2 with lines linewidth 1.8 linecolor rgb \(Style.blue)",
            "$runs using 1:2 with points pointtype 7 pointsize 0.7 linecolor rgb \(ScatterPlot.mark(metric.count))",
        ]
        if best != nil {
            pieces.append(
                "$best using 1:2 with points pointtype 6 pointsize 1.6 linewidth 1.8 linecolor rgb \(Style.orange)"
            )
        }
        if !metric.contains(where: \.isFinite) { pieces = ["NaN notitle"] }
        script.add("plot \(code: pieces.map(\.text).joined(separator: ", "))")
    }

    private func addScale(of panel: Panel, to script: inout GnuplotScript) {
        script.add("unset logscale x")
        let values = Set(panel.x.filter(\.isFinite)).sorted()
        switch panel.scale {
        case .numbers:
            guard let least = values.first, let greatest = values.last else { return }
            // 10, 100, 1000 trees: powers of ten are meant to be steps of the same size.
            if least > 0 && greatest / least >= 50 {
                script.add("set logscale x")
                script.add("set xrange [\(least / 1.2):\(min(greatest, .greatestFiniteMagnitude / 8) * 1.2)]")
            } else {
                script.add("set xrange \(code: Axis(fitting: values).code)")
            }
            // A few values stand at their places, unless their numbers would run into each other.
            let gaps = zip(values, values.dropFirst()).map { $1 - $0 }
            if values.count <= 7, let narrowest = gaps.min(), narrowest >= (greatest - least) / 10 {
                script.add("set xtics ()")
                for value in values { script.add("set xtics add (\(value))") }
            } else {
                script.add("set xtics autofreq")
            }
        case .names(let names):
            script.add("set xrange [-0.5:\(Double(max(1, names.count)) - 0.5)]")
            script.add("set xtics ()")
            for (index, name) in names.enumerated() {
                script.add("set xtics add (\(tic: abridged(name, to: 14)) \(index))")
            }
        }
    }

    /// The best run of each value, by value.
    private func bests(_ panel: Panel) -> [[Double]] {
        var bests: [Double: Double] = [:]
        for (x, value) in zip(panel.x, metric) where x.isFinite && value.isFinite {
            bests[x] = bests[x].map { lowerIsBetter ? min($0, value) : max($0, value) } ?? value
        }
        return bests.sorted { $0.key < $1.key }.map { [$0.key, $0.value] }
    }
}
