/// How the quality of a model grows with the rows it is trained on.
public struct LearningCurvePlot: Figure {
    public let name = "learning_curve"
    public let size = FigureSize(width: 540, height: 390)
    let series: [Series]
    let countName: String
    let metricName: String
    let caption: Caption

    /// - Parameters:
    ///   - series: how much there was to learn from (x) and the metric (y).
    ///   - countName: what x counts: trees, training rows.
    public init(series: [Series], countName: String, metricName: String, caption: Caption) {
        self.series = series
        self.countName = countName
        self.metricName = metricName
        self.caption = caption.notingShown(Style.seriesLimit, of: series.count, "lines")
    }

    public func draw(in script: inout GnuplotScript) {
        script.addCaption(caption, width: size.width)
        script.add("set rmargin 3")
        script.add("set xlabel \(shortened(countName, to: 40)) offset 0,0.4 textcolor rgb \(Style.ink)")
        // Room for the legend below.
        script.add("set bmargin 4.8")
        script.add("set ylabel \(shortened(metricName, to: 40)) offset 0.4,0 textcolor rgb \(Style.ink)")
        script.add("set xrange \(code: Axis(fitting: series.flatMap(\.x)).code)")
        script.add("set yrange \(code: Axis(fitting: series.flatMap(\.bounds), margin: 0.1).code)")
        script.add("set key at screen 0.55, screen 0.03 center bottom horizontal")
        // Beyond some thirty, markers hide the line.
        script.plot(series, join: series.contains { $0.x.count > 30 } ? .lines : .linespoints)
    }
}

extension Series {
    /// All that it reaches in y, band included.
    var bounds: [Double] {
        guard !spread.isEmpty else { return y }
        return zip(y, spread).flatMap { [$0 - $1, $0 + $1] }
    }
}
