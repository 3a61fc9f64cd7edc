internal import Jobs
internal import Presentation

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Bars of how many jobs ended in each hour; what failed is drawn on top and in another colour.
struct HourChart {
    let hours: [QueueOverview.Hour]

    private static let size = (width: 960.0, height: 150.0)
    private static let margin = (left: 52.0, right: 12.0, top: 12.0, bottom: 36.0)

    var html: HTML {
        let total = hours.reduce(0) { $0 + $1.succeeded + $1.failed }
        guard total > 0 else { return .empty("No job has ended in the last 24 hours.") }
        let scale = Scale(covering: 0...Double(hours.map { $0.succeeded + $0.failed }.max() ?? 1), ticks: 3)
        let (size, margin) = (Self.size, Self.margin)
        let plot = (width: size.width - margin.left - margin.right, height: size.height - margin.top - margin.bottom)
        func y(_ value: Double) -> Double { margin.top + plot.height * (1 - scale.share(value)) }
        var marks = HTML()
        for tick in scale.ticks {
            marks += """
                <line class="grid" x1="\(svg: margin.left)" x2="\(svg: size.width - margin.right)" y1="\(svg: y(tick))" \
                y2="\(svg: y(tick))"/><text x="\(svg: margin.left - 6)" y="\(svg: y(tick) + 4)" text-anchor="end">\
                \(HumanReadable.number(tick))</text>
                """
        }
        let step = plot.width / Double(hours.count)
        for (index, hour) in hours.enumerated() {
            let x = margin.left + step * Double(index)
            let (good, all) = (Double(hour.succeeded), Double(hour.succeeded + hour.failed))
            let label = String(HumanReadable.timestamp(hour.start).dropFirst(11).prefix(5))
            if all > 0 {
                marks += """
                    <g><title>\(label) UTC: \(hour.succeeded) succeeded, \(hour.failed) failed</title>\
                    <rect class="bar" x="\(svg: x + 2)" y="\(svg: y(good))" width="\(svg: step - 4)" \
                    height="\(svg: y(0) - y(good))"/><rect class="bad" x="\(svg: x + 2)" y="\(svg: y(all))" \
                    width="\(svg: step - 4)" height="\(svg: y(good) - y(all))"/></g>
                    """
            }
            if index % 4 == 3 {
                marks += """
                    <text x="\(svg: x + step / 2)" y="\(svg: size.height - 20)" text-anchor="middle">\(label)</text>
                    """
            }
        }
        let failed = hours.reduce(0) { $0 + $1.failed }
        return """
            <svg class="chart" viewBox="0 0 \(svg: size.width) \(svg: size.height)" role="img" \
            aria-label="\(total) jobs ended in the last 24 hours, \(failed) of them failed">\(marks)\
            <line class="axis" x1="\(svg: margin.left)" x2="\(svg: size.width - margin.right)" y1="\(svg: y(0))" \
            y2="\(svg: y(0))"/><text x="\(svg: size.width - margin.right)" y="\(svg: size.height - 4)" \
            text-anchor="end">hour, UTC</text><rect class="bar" x="\(svg: margin.left)" y="\(svg: size.height - 14)" \
            width="10" height="10"/><text x="\(svg: margin.left + 15)" y="\(svg: size.height - 5)">succeeded</text>\
            <rect class="bad" x="\(svg: margin.left + 90)" y="\(svg: size.height - 14)" width="10" height="10"/>\
            <text x="\(svg: margin.left + 105)" y="\(svg: size.height - 5)">failed</text></svg>
            """
    }
}
