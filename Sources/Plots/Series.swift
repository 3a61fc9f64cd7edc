/// Points that belong together: a line of a figure.
public struct Series: Sendable, Equatable {
    /// For the key.
    public let name: String
    public let x: [Double]
    public let y: [Double]
    /// How far the values spread around `y`, for example their standard deviation: drawn as a band. Empty: no band.
    public let spread: [Double]

    public init(name: String, x: [Double], y: [Double], spread: [Double] = []) {
        precondition(x.count == y.count && (spread.isEmpty || spread.count == y.count))
        self.name = name
        self.x = x
        self.y = y
        self.spread = spread
    }
}

/// How the points of a series are joined.
enum Join: String {
    case lines
    case linespoints
}

extension GnuplotScript {
    /// The lines of all series, told apart by colour and by dashes, bands below them. `more` are pieces of the same plot
    /// command that come first.
    ///
    /// A figure holds eight lines at most; the caller says so in the caption if there are more.
    mutating func plot(_ series: [Series], join: Join, after more: [GnuplotCommand] = []) {
        var pieces = more.map(\.text)
        let shown = Array(series.prefix(Style.seriesLimit).enumerated())
        for (index, one) in shown {
            add("$series\(index) << END_OF_DATA")
            for point in one.x.indices {
                let spread = one.spread.isEmpty ? 0 : one.spread[point]
                let row = [one.x[point], one.y[point], one.y[point] - spread, one.y[point] + spread]
                guard row.allSatisfy(\.isFinite) else { continue }
                add("\(row[0]) \(row[1]) \(row[2]) \(row[3])")
            }
            add("END_OF_DATA")
        }
        for (index, one) in shown where !one.spread.isEmpty {
            let band: GnuplotCommand = """
                $series\(index) using 1:3:4 with filledcurves fillstyle solid 1 noborder \
                linecolor rgb \(Style.color(index).transparent(0.8)) notitle
                """
            pieces.append(band.text)
        }
        for (index, one) in shown {
            let line: GnuplotCommand = """
                $series\(index) using 1:2 with \(code: join.rawValue) linewidth 1.8 dashtype \(index / Style.series.count + 1) \
                pointtype \(Style.marks[index % Style.marks.count]) pointsize 0.7 \
                linecolor rgb \(Style.color(index)) title \(abridged(one.name, to: 34))
                """
            pieces.append(line.text)
        }
        // Axes without a line, if there is nothing to draw.
        if pieces.isEmpty { pieces = ["NaN notitle"] }
        add("plot \(code: pieces.joined(separator: ", "))")
    }
}

extension Style {
    static let seriesLimit = 8
    /// Full and open circles, squares, triangles and rhombs.
    static let marks = [7, 5, 9, 13, 6, 4, 8, 12]

    static func color(_ index: Int) -> Color { series[index % series.count] }
}
