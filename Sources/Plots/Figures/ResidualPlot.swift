/// What predictions miss, over the predicted value, with a histogram at the side.
public struct ResidualPlot: Figure {
    public let name = "residuals"
    public let size = FigureSize(width: 540, height: 390)
    let actual: [Double]
    let predicted: [Double]
    let targetName: String
    let caption: Caption

    /// - Parameters:
    ///   - actual: the true values, one a row.
    ///   - predicted: as many.
    ///   - targetName: what was predicted, for the axes.
    public init(actual: [Double], predicted: [Double], targetName: String, caption: Caption) {
        precondition(actual.count == predicted.count)
        self.actual = actual
        self.predicted = predicted
        self.targetName = targetName
        self.caption = caption
    }

    public func draw(in script: inout GnuplotScript) {
        let residuals = zip(actual, predicted).map { $0 - $1 }
        let rows = sampledRows(actual.count)
        let horizontal = Axis(fitting: predicted)
        let vertical = Axis(fitting: residuals + [0])
        let histogram = Histogram(residuals)
        let caption = caption.notingShown(Style.markLimit, of: actual.count, "rows")

        script.addData("$points", rows.lazy.map { [predicted[$0], residuals[$0]] })
        script.addData(
            "$bars",
            histogram.bins.map { [0, ($0.lower + $0.upper) / 2, 0, Double($0.count), $0.lower, $0.upper] }
        )
        let target = shortened(targetName, to: 40)
        script.add("set multiplot")
        script.addCaption(caption, width: size.width)
        script.add("set yrange \(code: vertical.code)")
        script.add("set bmargin at screen 0.17")
        script.add("set lmargin at screen \(max(0.16, vertical.room / Double(size.width)))")
        script.add("set rmargin at screen 0.80")
        script.addHorizontal(horizontal, width: 340)
        script.add("set xlabel \("Predicted " + target) textcolor rgb \(Style.ink)")
        script.add("set ylabel 'Residual (true − predicted)' offset 0.4,0 textcolor rgb \(Style.ink)")
        script.add(
            "set arrow 1 from graph 0, first 0 to graph 1, first 0 nohead linecolor rgb \(Style.grey) linewidth 1.2"
        )
        script.add(
            "plot $points using 1:2 with points pointtype 7 pointsize 0.6 linecolor rgb \(ScatterPlot.mark(rows.count))"
        )
        script.add("unset label")
        script.add("unset ylabel")
        script.add("set lmargin at screen 0.82")
        script.add("set rmargin at screen 0.965")
        script.add("set border 2")
        script.add("unset xtics")
        script.add("set ytics format '' scale 0")
        script.add("set xlabel 'Rows'")
        script.add("set xrange \(code: Axis(lower: 0, upper: Double(max(1, histogram.largest)) * 1.08).code)")
        script.add("set style fill solid 0.55 noborder")
        script.add("plot $bars using 1:2:3:4:5:6 with boxxyerror linecolor rgb \(Style.blue)")
        script.add("unset multiplot")
    }
}
