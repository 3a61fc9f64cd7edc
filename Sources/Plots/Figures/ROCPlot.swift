/// Receiver operating characteristics: the share of positives found over the share of negatives taken for positive.
public struct ROCPlot: Figure {
    public let name = "roc_curve"
    public let size = FigureSize(width: 480, height: 480)
    let curves: [Series]
    let caption: Caption

    /// - Parameter curves: false positive rate (x) and true positive rate (y), 0 to 1, by rising x; one curve a class,
    ///   with the area under it in its name.
    public init(curves: [Series], caption: Caption) {
        self.curves = curves
        self.caption = caption.notingShown(Style.seriesLimit, of: curves.count, "curves")
    }

    public func draw(in script: inout GnuplotScript) {
        script.addCaption(caption, width: size.width)
        script.addUnitSquare(x: "False positive rate", y: "True positive rate")
        script.add("set key bottom right opaque")
        let chance: GnuplotCommand =
            "x with lines linewidth 1.2 dashtype (8,5) linecolor rgb \(Style.grey) title 'chance'"
        script.plot(curves, join: .lines, after: [chance])
    }
}

extension GnuplotScript {
    /// Axes for two shares.
    mutating func addUnitSquare(x: String, y: String) {
        add("set size ratio 1")
        add("set rmargin 3")
        add("set xrange [-0.02:1.02]")
        add("set yrange [-0.02:1.02]")
        add("set xlabel \(x) textcolor rgb \(Style.ink)")
        add("set ylabel \(y) offset 0.4,0 textcolor rgb \(Style.ink)")
    }
}
