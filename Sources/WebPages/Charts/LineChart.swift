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

    private static let size = (width: 600.0, height: 300.0)
    private static let margin = (left: 66.0, right: 16.0, top: 30.0, bottom: 40.0)

    var html: HTML {
        let finite = series.map { one in
            (one, one.points.filter { $0.x.isFinite && $0.y.isFinite })
        }.filter { !$0.1.isEmpty }
        guard let across = Scale(fitting: finite.flatMap { $0.1.map(\.x) }, ticks: 6),
            let up = Scale(fitting: finite.flatMap { $0.1.map(\.y) }, ticks: 5)
        else { return .empty("\(title): nothing finite to draw.") }
        let frame = ChartFrame(title: title, x: x, y: y, across: across, up: up, size: Self.size, margin: Self.margin)
        var lines = HTML()
        for (index, (one, points)) in finite.enumerated() {
            var path = ""
            for (number, point) in points.enumerated() {
                let place: HTML = "\(svg: frame.x(point.x)) \(svg: frame.y(point.y))"
                path += (number == 0 ? "M" : "L") + place.text
            }
            var marks: HTML = "<path class=\"line s\(index % 8)\" d=\"\(path)\"/>"
            if points.count <= 60 {
                for point in points {
                    marks += """
                        <circle class="dot f\(index % 8)" cx="\(svg: frame.x(point.x))" cy="\(svg: frame.y(point.y))" r="3">\
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

/// Title, axes, grid and legend around what a chart draws.
struct ChartFrame {
    let title: String
    let x: String
    let y: String
    let across: Scale
    let up: Scale
    let size: (width: Double, height: Double)
    let margin: (left: Double, right: Double, top: Double, bottom: Double)

    private var right: Double { size.width - margin.right }
    private var bottom: Double { size.height - margin.bottom }

    func x(_ value: Double) -> Double { margin.left + (right - margin.left) * across.share(value) }
    func y(_ value: Double) -> Double { bottom - (bottom - margin.top) * up.share(value) }

    func html(_ content: HTML, legend: [String]) -> HTML {
        var grid = HTML()
        for tick in up.ticks {
            grid += """
                <line class="grid" x1="\(svg: margin.left)" x2="\(svg: right)" y1="\(svg: y(tick))" y2="\(svg: y(tick))"/>\
                <text x="\(svg: margin.left - 7)" y="\(svg: y(tick) + 4)" text-anchor="end">\(Self.label(tick))</text>
                """
        }
        for tick in across.ticks {
            grid += """
                <line class="axis" x1="\(svg: x(tick))" x2="\(svg: x(tick))" y1="\(svg: bottom)" y2="\(svg: bottom + 4)"/>\
                <text x="\(svg: x(tick))" y="\(svg: bottom + 18)" text-anchor="middle">\(Self.label(tick))</text>
                """
        }
        return """
            <figure class="chart"><svg class="chart" viewBox="0 0 \(svg: size.width) \(svg: size.height)" role="img" \
            aria-label="\(title): \(y) over \(x)"><text class="title" x="\(svg: margin.left)" y="18">\(Self.shortened(y, 60))</text>\
            \(grid)<line class="axis" x1="\(svg: margin.left)" x2="\(svg: right)" y1="\(svg: bottom)" y2="\(svg: bottom)"/>\
            <text x="\(svg: right)" y="\(svg: size.height - 6)" text-anchor="end">\(Self.shortened(x, 60))</text>\(content)</svg>\
            \(Legend(names: legend).html)</figure>
            """
    }

    /// A tick is round; what a double adds in the last place is not shown.
    static func label(_ value: Double) -> String {
        abs(value) < 1e-12 ? "0" : HumanReadable.number(value)
    }

    static func shortened(_ text: String, _ limit: Int) -> String {
        text.count <= limit ? text : text.prefix(limit - 1) + "…"
    }
}

/// Which colour is whose.
struct Legend {
    let names: [String]

    var html: HTML {
        guard !names.isEmpty else { return "" }
        let items = names.enumerated().map { index, name -> HTML in
            """
            <li><svg viewBox="0 0 20 10" aria-hidden="true"><path class="line s\(index % 8)" d="M1 5H19"/></svg>\(name)</li>
            """
        }
        return "<figcaption><ul class=\"legend\">\(items)</ul></figcaption>"
    }
}
