/// How often each class was taken for each other: a cell holds the number of rows, its shade their share of the row.
public struct ConfusionMatrixPlot: Figure {
    /// More classes than these leave no room for numbers.
    static let labelLimit = 30

    public let name = "confusion_matrix"
    let labels: [String]
    let counts: [[Int]]
    let caption: Caption

    /// - Parameters:
    ///   - labels: one a class.
    ///   - counts: `counts[actual][predicted]`, a square as wide as there are labels.
    public init(labels: [String], counts: [[Int]], caption: Caption) {
        precondition(counts.count == labels.count && counts.allSatisfy { $0.count == labels.count })
        let shown = min(labels.count, Self.labelLimit)
        self.labels = Array(labels.prefix(shown))
        self.counts = counts.prefix(shown).map { Array($0.prefix(shown)) }
        self.caption = caption.notingShown(Self.labelLimit, of: labels.count, "classes")
    }

    public var size: FigureSize {
        let side = 260 + max(labels.count * 24, 200)
        return FigureSize(width: side, height: side)
    }

    public func draw(in script: inout GnuplotScript) {
        let count = labels.count
        script.addCaption(caption, width: size.width)
        script.add("set size ratio 1")
        script.add("set rmargin 3")
        script.add("set xrange [-0.5:\(Double(max(count, 1)) - 0.5)]")
        // The first class on top, as in a table.
        script.add("set yrange [\(Double(max(count, 1)) - 0.5):-0.5]")
        script.add("set xlabel 'Predicted class' textcolor rgb \(Style.ink)")
        script.add("set ylabel 'True class' textcolor rgb \(Style.ink)")
        script.add("unset grid")
        script.add("set border 0")
        // Short labels stand side by side, long ones need to lean.
        let isCrowded = count * (labels.map(\.count).max() ?? 0) > 40
        script.add("set xtics scale 0 \(code: isCrowded ? "rotate by 45 right" : "norotate") ()")
        script.add("set ytics scale 0 ()")
        for (index, label) in labels.enumerated() {
            script.add("set xtics add (\(tic: abridged(label, to: 14)) \(index))")
            script.add("set ytics add (\(tic: abridged(label, to: 20)) \(index))")
        }
        var number = 0
        for (actual, row) in counts.enumerated() {
            let total = max(1, row.reduce(0, +))
            for (predicted, cell) in row.enumerated() {
                number += 1
                let share = Double(cell) / Double(total)
                script.add(
                    """
                    set object \(number) rectangle center \(predicted),\(actual) size 0.96,0.96 \
                    fillcolor rgb \(Style.blue.mixedWithWhite(1 - 0.06 - share * 0.94)) fillstyle solid 1 noborder
                    """
                )
                let ink = share > 0.5 ? Style.white : Style.ink
                let font = count > 15 ? 8 : 10
                script.add(
                    "set label \(number) \(String(cell)) at \(predicted),\(actual) center font ',\(font)' textcolor rgb \(ink) front"
                )
            }
        }
        script.add("plot NaN notitle")
    }
}
