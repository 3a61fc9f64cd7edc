/// How much each feature contributes to the model, the largest on top.
public struct ImportancePlot: Figure {
    /// More bars than these would be too thin to read.
    static let barLimit = 25

    /// What makes a feature important.
    public enum Measure: Sendable {
        /// How much it lowers the impurity of the trees.
        case impurity
        /// How much of the score is lost when its values are shuffled.
        case permutation(score: String)
    }

    let measure: Measure
    let bars: [(feature: String, importance: Double)]
    let caption: Caption

    /// - Parameter importances: one for each of `features`.
    public init(_ measure: Measure = .impurity, features: [String], importances: [Double], caption: Caption) {
        self.measure = measure
        precondition(features.count == importances.count)
        let sorted = zip(features, importances).filter { $0.1.isFinite }
            .enumerated()
            // Equal ones stay in the order of the features.
            .sorted { ($1.element.1, $0.offset) < ($0.element.1, $1.offset) }
            .map { (feature: $0.element.0, importance: $0.element.1) }
        bars = Array(sorted.prefix(Self.barLimit))
        self.caption = caption.notingShown(Self.barLimit, of: features.count, "features")
    }

    public var name: String {
        switch measure {
        case .impurity: "feature_importance"
        case .permutation: "permutation_importance"
        }
    }

    private var axisTitle: String {
        switch measure {
        case .impurity: "Importance (mean decrease in impurity)"
        case .permutation(let score): "Importance (loss of \(score) when shuffled)"
        }
    }

    public var size: FigureSize { FigureSize(width: 480, height: 112 + 20 * max(bars.count, 4)) }

    public func draw(in script: inout GnuplotScript) {
        let largest = max(bars.map(\.importance).max() ?? 1, 1e-12)
        // Shuffling a feature that says nothing may help by chance.
        let smallest = min(bars.map(\.importance).min() ?? 0, 0)
        let span = largest - smallest
        // Beside the longest bar is its number, left of a negative one some air.
        let axis = Axis(lower: smallest < 0 ? smallest - span * 0.03 : 0, upper: largest + span * 0.12)
        // A loss is in the score's units, which may be of any size.
        let numbers = (0.01..<10_000).contains(max(largest, -smallest)) ? "%.3f" : "%.2e"
        script.addCaption(caption, width: size.width)
        script.addData(
            "$bars",
            bars.enumerated().map {
                [
                    $1.importance, -Double($0), min($1.importance, 0), max($1.importance, 0), -Double($0) - 0.36,
                    -Double($0) + 0.36,
                ]
            }
        )
        // What long names of features leave.
        script.addHorizontal(axis, width: 250)
        script.add("set yrange \(code: Axis(lower: -Double(max(bars.count, 1)) + 0.4, upper: 0.6).code)")
        // From the right edge: below the axis of long names it has no room on both sides.
        script.add("set bmargin 3.2")
        let place: GnuplotCommand = "screen 0.965, screen \(14 / Double(size.height))"
        script.add("set label 1000 \(axisTitle) at \(code: place.text) right textcolor rgb \(Style.ink)")
        script.add("set rmargin 3")
        script.add("unset ytics")
        script.add("set ytics scale 0 font ',10' ()")
        for (index, bar) in bars.enumerated() {
            script.add("set ytics add (\(tic: abridged(bar.feature, to: 28)) \(-index))")
        }
        script.add("set grid noytics")
        script.add("set border 1")
        script.add("set style fill solid 0.85 noborder")
        script.add(
            """
            plot $bars using 1:2:3:4:5:6 with boxxyerror linecolor rgb \(Style.blue), \
            $bars using ($1 > 0 ? $1 : 0):2:(gprintf(\(numbers), $1)) with labels left offset 0.6,0 font ',9' textcolor rgb \(Style.grey)
            """
        )
    }
}
