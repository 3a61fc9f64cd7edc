internal import Jobs
internal import Presentation
internal import Tracking

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

extension HTML {
    /// A time as people say it, with the exact one on hover; a dash for none.
    static func time(_ date: Date?, now: Date = Date()) -> HTML {
        guard let date else { return "<span class=\"none\">–</span>" }
        let exact = HumanReadable.timestamp(date)
        return "<time datetime=\"\(exact)\" title=\"\(exact)\">\(HumanReadable.relative(date, to: now))</time>"
    }

    static func duration(_ duration: Duration?) -> HTML {
        duration.map { HTML(HumanReadable.duration($0)) } ?? "<span class=\"none\">–</span>"
    }

    /// Six digits at most, with all of them on hover; a dash for none.
    static func number(_ value: Double?) -> HTML {
        guard let value else { return "<span class=\"none\">–</span>" }
        let short = HumanReadable.number(value)
        return short == "\(value)" ? "\(short)" : "<span title=\"\("\(value)")\">\(short)</span>"
    }

    /// A number as its column writes it, with all of its digits on hover; a dash for none.
    static func number(_ value: Double?, in column: NumberColumn) -> HTML {
        guard let value else { return number(nil) }
        let short = column.text(value)
        return short == "\(value)" ? "\(short)" : "<span title=\"\("\(value)")\">\(short)</span>"
    }

    /// A count that may have been cut off: `1,000+`.
    static func count(_ count: BoundedCount) -> HTML { HTML(count.description) }

    /// Text where there may be none.
    static func text(_ text: String?) -> HTML {
        guard let text, !text.isEmpty else { return "<span class=\"none\">–</span>" }
        return "\(text)"
    }

    static func link(_ text: String, to location: Location) -> HTML { "<a href=\"\(location)\">\(text)</a>" }

    /// A run by its name, which may be empty: on one line, and all of a long one on hover.
    static func runLink(_ id: Run.ID, _ name: String) -> HTML {
        nameLink(name.isEmpty ? String(id.rawValue.prefix(8)) : name, to: Location("runs", id.rawValue))
    }

    /// A name on one line, which ends in dots where there is no room for all of it; then all of it is there on hover.
    static func name(_ text: String) -> HTML { "<span class=\"name\"\(attribute: "title", hover(text))>\(text)</span>" }

    static func nameLink(_ text: String, to location: Location) -> HTML {
        "<a class=\"name\" href=\"\(location)\"\(attribute: "title", hover(text))>\(text)</a>"
    }

    private static func hover(_ name: String) -> String? { name.count > 16 ? name : nil }

    static func state(_ state: JobState) -> HTML { badge(state.rawValue, state.rawValue) }

    static func status(_ status: Run.Status) -> HTML {
        let kind =
            switch status {
            case .running: "running"
            case .scheduled: "scheduled"
            case .finished: "succeeded"
            case .failed: "failed"
            case .killed: "cancelled"
            }
        return badge(status.rawValue.lowercased(), kind)
    }

    /// - Parameter kind: One of the states that the stylesheet knows; what it means is in the text, never in the colour
    ///   alone.
    static func badge(_ text: String, _ kind: String) -> HTML { "<span class=\"badge \(kind)\">\(text)</span>" }

    static func badge(_ text: String) -> HTML { "<span class=\"badge\">\(text)</span>" }

    /// How far something is; `label` names what, for those who hear the page.
    static func progress(_ share: Double?, label: String) -> HTML {
        guard let share else { return "" }
        let percent = Int((min(max(share, 0), 1) * 100).rounded())
        return """
            <progress max="100" value="\(percent)" aria-label="\(label)">\(percent) %</progress> \
            <span class="percent">\(percent) %</span>
            """
    }

    /// What stands where a list is empty: what to do next.
    static func empty(_ sentence: HTML) -> HTML { "<p class=\"empty\">\(sentence)</p>" }

    /// A command or a program to copy.
    static func snippet(_ text: String, label: String) -> HTML {
        """
        <div class="snippet"><pre tabindex="0" aria-label="\(label)"><code>\(text)</code></pre>\
        <button type="button" class="copy" hidden>Copy</button></div>
        """
    }
}

extension Run {
    /// The beginning of its id, enough to tell it from others by eye.
    var shortID: String { String(id.rawValue.prefix(8)) }
    var title: String { name.isEmpty ? shortID : name }
}
