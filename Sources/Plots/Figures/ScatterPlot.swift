/// True against predicted values, with the line on which they are equal.
public struct ScatterPlot: Figure {
    public let name = "scatter"
    public let size = FigureSize(width: 480, height: 480)
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
        let rows = sampledRows(actual.count)
        let axis = Axis(fitting: [actual, predicted].joined())
        let caption = caption.notingShown(Style.markLimit, of: actual.count, "rows")
        script.addCaption(caption, width: size.width)
        script.addData("$points", rows.lazy.map { [actual[$0], predicted[$0]] })
        script.addData("$ideal", [[axis.lower, axis.lower], [axis.upper, axis.upper]])
        let target = shortened(targetName, to: 40)
        script.add("set xlabel \("True " + target) textcolor rgb \(Style.ink)")
        script.add("set ylabel \("Predicted " + target) offset 0.4,0 textcolor rgb \(Style.ink)")
        script.add("set size ratio 1")
        script.add("set rmargin 3")
        script.addHorizontal(axis, width: 380)
        script.add("set yrange \(code: axis.code)")
        script.add("set key bottom right")
        script.add(
            """
            plot $ideal using 1:2 with lines linewidth 1.2 dashtype (8,5) linecolor rgb \(Style.grey) title 'ideal', \
            $points using 1:2 with points pointtype 7 pointsize 0.6 linecolor rgb \(Self.mark(rows.count)) title 'test rows'
            """
        )
    }

    /// The more points there are, the more transparent each is.
    static func mark(_ count: Int) -> Color {
        Style.blue.transparent(count > 1000 ? 0.7 : count > 300 ? 0.5 : 0.3)
    }
}
