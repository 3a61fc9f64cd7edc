/// A metric over the values of a hyperparameter, a line for each value of another one.
public struct SweepPlot: Figure {
    /// The swept values: numbers keep their distances, names stand side by side.
    public enum Values: Sendable, Equatable {
        case numbers
        case names([String])
    }

    public let name = "sweep"
    public let size = FigureSize(width: 540, height: 390)
    let parameterName: String
    let values: Values
    let metricName: String
    let series: [Series]
    let caption: Caption

    /// - Parameter series: value of the parameter (x), or its place in the names, and metric (y).
    public init(
        parameterName: String,
        values: Values = .numbers,
        metricName: String,
        series: [Series],
        caption: Caption
    ) {
        self.parameterName = parameterName
        self.values = values
        self.metricName = metricName
        self.series = series
        self.caption = caption.notingShown(Style.seriesLimit, of: series.count, "lines")
    }

    public func draw(in script: inout GnuplotScript) {
        let horizontal = series.flatMap(\.x).filter(\.isFinite)
        script.addCaption(caption, width: size.width)
        script.add("set rmargin 3")
        script.add("set xlabel \(shortened(parameterName, to: 40)) offset 0,0.4 textcolor rgb \(Style.ink)")
        script.add("set ylabel \(shortened(metricName, to: 40)) offset 0.4,0 textcolor rgb \(Style.ink)")
        script.add("set yrange \(code: Axis(fitting: series.flatMap(\.bounds), margin: 0.1).code)")
        script.add("set key outside below center horizontal")
        switch values {
        case .numbers:
            // 10, 100, 1000 trees: powers of ten are meant to be steps of the same size.
            let isWide = (horizontal.min() ?? 0) > 0 && (horizontal.max() ?? 0) / (horizontal.min() ?? 1) >= 50
            if isWide {
                script.add("set logscale x")
                script.add("set xrange [\(horizontal.min()! / 1.2):\(horizontal.max()! * 1.2)]")
            } else {
                script.add("set xrange \(code: Axis(fitting: horizontal).code)")
            }
        case .names(let names):
            script.add("set xrange [-0.5:\(Double(max(1, names.count)) - 0.5)]")
            script.add("set xtics ()")
            for (index, name) in names.enumerated() {
                script.add("set xtics add (\(tic: shortened(name, to: 14)) \(index))")
            }
        }
        script.plot(series, join: .linespoints)
    }
}
