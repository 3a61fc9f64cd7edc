internal import Jobs
internal import Presentation

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Bars of how many jobs ended in each hour; what failed is drawn on top and in another colour.
struct HourChart {
    let hours: [EndedSpan]
    /// Whether all of those hours were counted.
    var isComplete = true

    var html: HTML {
        let failed = hours.reduce(0) { $0 + $1.failed }
        let total = hours.reduce(failed) { $0 + $1.succeeded }
        guard total > 0 else {
            return .empty(isComplete ? "No job has ended in the last 24 hours." : "Still being counted.")
        }
        let scale = Scale(covering: 0...Double(hours.map { $0.succeeded + $0.failed }.max() ?? 1), ticks: 3)
        var marks = HTML()
        let step = 1 / Double(hours.count)
        for (index, hour) in hours.enumerated() {
            let left = step * Double(index)
            let (good, all) = (scale.share(Double(hour.succeeded)), scale.share(Double(hour.succeeded + hour.failed)))
            let label = String(HumanReadable.timestamp(hour.start).dropFirst(11).prefix(5))
            if all > 0 {
                let place: HTML = "x=\"\(percent: left + step * 0.12)\" width=\"\(percent: step * 0.76)\""
                marks += """
                    <g><title>\(label) UTC: \(hour.succeeded) succeeded, \(hour.failed) failed</title>\
                    <rect class="bar" \(place) y="\(percent: 1 - good)" height="\(percent: good)"/>\
                    <rect class="bad" \(place) y="\(percent: 1 - all)" height="\(percent: all - good)"/></g>
                    """
            }
            if index % 4 == 3 {
                marks += """
                    <text x="\(percent: left + step / 2)" y="100%" dy="18" text-anchor="middle">\(label)</text>
                    """
            }
        }
        let atLeast = isComplete ? "" : "at least "
        return """
            <figure class="chart low"><div class="plot"><svg role="img" \
            aria-label="\(atLeast)\(total) jobs ended in the last 24 hours, \(failed) of them failed">\
            \(ChartFrame.grid(scale))\(marks)<line class="axis" x1="0" x2="100%" y1="100%" y2="100%"/></svg></div>\
            <p class="across">hour, UTC</p><figcaption><ul class="legend">\
            <li><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="bar" width="10" height="10"/></svg>succeeded</li>\
            <li><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="bad" width="10" height="10"/></svg>failed</li>\
            \(isComplete ? "" : "<li>earlier hours are still being counted</li>" as HTML)</ul></figcaption></figure>
            """
    }
}
