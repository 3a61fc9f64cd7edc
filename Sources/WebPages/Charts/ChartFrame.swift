internal import Presentation

/// Title, axes, grid and legend around what a chart draws.
///
/// What is drawn has shares of the plot for coordinates, so that it takes the width of its place and text keeps its size,
/// also on a phone. Labels stand in the margin, outside of the drawing.
struct ChartFrame {
    let title: String
    let x: String
    let y: String
    let across: Scale
    let up: Scale

    func x(_ value: Double) -> HTML { "\(percent: across.share(value))" }
    func y(_ value: Double) -> HTML { "\(percent: 1 - up.share(value))" }

    func html(_ content: HTML, legend: [String]) -> HTML {
        let steps = across.ticks.enumerated().map { index, tick -> HTML in
            // On a phone, every second label would touch the next.
            let isMinor = across.ticks.count > 6 && index % 2 == 1
            return """
                <line class="grid" x1="\(x(tick))" x2="\(x(tick))" y1="0" y2="100%"/>\
                <text\(attribute: "class", isMinor ? "minor" : nil) x="\(x(tick))" y="100%" dy="18" \
                text-anchor="\(index == across.ticks.count - 1 ? "end" : "middle")">\(Self.label(tick))</text>
                """
        }
        return """
            <figure class="chart"><p class="title">\(y)</p><div class="plot"><svg role="group" \
            aria-label="\(title): \(y) over \(x)">\(Self.grid(up))\(steps)\
            <line class="axis" x1="0" x2="100%" y1="100%" y2="100%"/>\(content)</svg></div>\
            <p class="across">\(x)</p>\(Legend(names: legend).html)</figure>
            """
    }

    /// Lines across the plot, with their numbers to the left.
    static func grid(_ scale: Scale) -> HTML {
        scale.ticks.map { tick -> HTML in
            let y: HTML = "\(percent: 1 - scale.share(tick))"
            return """
                <line class="grid" x1="0" x2="100%" y1="\(y)" y2="\(y)"/>\
                <text x="0" dx="-7" y="\(y)" dy="4" text-anchor="end">\(label(tick))</text>
                """
        }.joined()
    }

    /// A line through points that are shares of the plot; nil is a gap.
    static func line(_ points: [(x: Double, y: Double)?], class name: String, title: HTML = "") -> HTML {
        var path = ""
        var isOpen = false
        for point in points {
            guard let point else {
                isOpen = false
                continue
            }
            let place: HTML = "\(svg: point.x * 1000) \(svg: (1 - point.y) * 1000)"
            path += (isOpen ? "L" : "M") + place.text
            isOpen = true
        }
        return """
            <svg class="stretched" viewBox="0 0 1000 1000" preserveAspectRatio="none" width="100%" height="100%">\
            <path class="\(name)" d="\(path)">\(title)</path></svg>
            """
    }

    /// A tick is round; what a double adds in the last place is not shown.
    static func label(_ value: Double) -> String {
        guard abs(value) >= 1e-12 else { return "0" }
        let isLargeCount = abs(value) >= 10_000 && abs(value) < 1e9 && value == value.rounded()
        return isLargeCount ? HumanReadable.count(Int(value)) : HumanReadable.number(value)
    }

    static func shortened(_ text: String, _ limit: Int) -> String {
        text.count <= limit ? text : text.prefix(limit - 1) + "…"
    }
}

/// Which colour is whose.
struct Legend {
    let names: [String]

    /// How the lines look: eight colours, then the same ones dashed, then dotted.
    static func line(_ index: Int) -> String { "line s\(index % 8) d\(index / 8 % 3)" }

    var html: HTML {
        guard !names.isEmpty else { return "" }
        let items = names.enumerated().map { index, name -> HTML in
            """
            <li><svg viewBox="0 0 20 10" aria-hidden="true"><path class="\(Self.line(index))" d="M1 5H19"/></svg>\(name)</li>
            """
        }
        return "<figcaption><ul class=\"legend\">\(items)</ul></figcaption>"
    }
}
