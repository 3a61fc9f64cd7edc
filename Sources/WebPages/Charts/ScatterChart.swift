internal import Presentation

/// Points of two columns, one for each run.
struct ScatterChart {
    struct Point {
        let name: String
        let x: Double
        let y: Double
        let link: Location
        /// Which colour.
        let group: Int
    }

    let x: String
    let y: String
    let points: [Point]

    var html: HTML {
        let finite = points.filter { $0.x.isFinite && $0.y.isFinite }
        guard let across = Scale(fitting: finite.map(\.x), ticks: 6), let up = Scale(fitting: finite.map(\.y), ticks: 5)
        else {
            return .empty("No run has numbers for both \(x) and \(y).")
        }
        let frame = ChartFrame(
            title: "Scatter",
            x: x,
            y: y,
            across: across,
            up: up,
            size: (600, 320),
            margin: (66, 16, 30, 40)
        )
        let dots = finite.map { point -> HTML in
            """
            <a href="\(point.link)" aria-label="\(point.name)"><circle class="dot f\(point.group % 8)" \
            cx="\(svg: frame.x(point.x))" cy="\(svg: frame.y(point.y))" r="5"><title>\(point.name): \
            \(x) \(HumanReadable.number(point.x)), \(y) \(HumanReadable.number(point.y))</title></circle></a>
            """
        }
        return frame.html(dots.joined(), legend: [])
    }
}
