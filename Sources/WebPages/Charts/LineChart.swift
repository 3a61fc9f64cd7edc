internal import Presentation

/// Lines over a common axis: axes with round numbers, a legend, and the name of each line on hover.
struct LineChart {
    struct Series {
        let name: String
        let points: [(x: Double, y: Double)]
        /// Where a click on it leads.
        let link: Location?
    }

    let title: String
    let x: String
    let y: String
    let series: [Series]

    /// Lines of more points than this have no dots, and where there are many lines, dots are seen on hover only.
    private static let dotLimit = 60

    var html: HTML {
        let finite = series.map { one in
            (one, one.points.filter { $0.x.isFinite && $0.y.isFinite })
        }.filter { !$0.1.isEmpty }
        guard let across = Scale(fitting: finite.flatMap { $0.1.map(\.x) }),
            let up = Scale(fitting: finite.flatMap { $0.1.map(\.y) })
        else { return .empty("\(title): nothing finite to draw.") }
        let frame = ChartFrame(title: title, x: x, y: y, across: across, up: up)
        let dot = finite.count > 4 ? "dot quiet" : "dot"
        var lines = HTML()
        for (index, (one, points)) in finite.enumerated() {
            let shares = points.map { (x: across.share($0.x), y: up.share($0.y)) }
            var marks = ChartFrame.line(shares, class: Legend.line(index))
            if points.count <= Self.dotLimit {
                for point in points {
                    marks += """
                        <circle class="\(dot) f\(index % 8)" cx="\(frame.x(point.x))" cy="\(frame.y(point.y))" r="3">\
                        <title>\(one.name): \(HumanReadable.number(point.y)) at \(x) \(HumanReadable.number(point.x))</title></circle>
                        """
                }
            }
            let group: HTML = "<g><title>\(one.name)</title>\(marks)</g>"
            lines += one.link.map { "<a href=\"\($0)\" aria-label=\"\(one.name)\">\(group)</a>" } ?? group
        }
        return frame.html(lines, legend: finite.count > 1 ? finite.map(\.0.name) : [])
    }
}
