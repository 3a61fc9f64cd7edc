/// The share of true ones among those taken for positive, over the share of positives found.
public struct PrecisionRecallPlot: Figure {
    public let name = "precision_recall_curve"
    public let size = FigureSize(width: 480, height: 480)
    let curves: [Series]
    let caption: Caption

    /// - Parameter curves: recall (x) and precision (y), 0 to 1, by rising x; one curve a class, with the average
    ///   precision in its name.
    public init(curves: [Series], caption: Caption) {
        self.curves = curves
        self.caption = caption.notingShown(Style.seriesLimit, of: curves.count, "curves")
    }

    public func draw(in script: inout GnuplotScript) {
        script.addCaption(caption, width: size.width)
        script.addUnitSquare(x: "Recall", y: "Precision")
        script.add("set key bottom left")
        script.plot(curves, join: .lines)
    }
}
