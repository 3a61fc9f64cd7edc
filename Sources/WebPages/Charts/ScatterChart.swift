internal import Presentation

/// Points of two columns, one for each run.
struct ScatterChart {
    struct Point {
        let name: String
        let x: Double
        let y: Double
        let link: Location
    }

    let x: String
    let y: String
    let points: [Point]
    /// How many runs there are, also those without such numbers.
    let count: Int

    var html: HTML {
        let finite = points.filter { $0.x.isFinite && $0.y.isFinite }
        guard let across = Scale(fitting: finite.map(\.x)), let up = Scale(fitting: finite.map(\.y)) else {
            return .empty("No run has numbers for both \(x) and \(y).")
        }
        let frame = ChartFrame(title: "Scatter", x: x, y: y, across: across, up: up)
        let dots = finite.map { point -> HTML in
            """
            <a href="\(point.link)" aria-label="\(point.name)"><circle class="dot f0" \
            cx="\(frame.x(point.x))" cy="\(frame.y(point.y))" r="5"><title>\(point.name): \
            \(x) \(HumanReadable.number(point.x)), \(y) \(HumanReadable.number(point.y))</title></circle></a>
            """
        }
        let rest = count - finite.count
        let note: HTML =
            rest == 0
            ? "" : "<p class=\"muted small\">\(rest) of \(count) runs are not drawn: they have no number there.</p>"
        return "<div>\(frame.html(dots.joined(), legend: []))\(note)</div>"
    }
}
