internal import Hummingbird
internal import MLflowAPI

/// What people see when something cannot be shown or done: what happened, and what to do next.
struct ErrorPage {
    let error: MLflowError
    /// What was asked for.
    let path: String
    let viewer: Viewer
    /// Whether people sign in here.
    let needsToken: Bool

    var page: Page {
        var page = Page(
            title,
            section: section,
            body: "<p class=\"error\" role=\"alert\">\(error.message)</p>\n<h2>What to do next</h2>\n\(advice)"
        )
        page.status = error.status
        if let section { page.trail = [(section.title, section.location)] }
        return page
    }

    private var title: String {
        switch error.status {
        case .notFound: "Not found"
        case .forbidden: "Not allowed"
        case .serviceUnavailable: "The database cannot be reached"
        case .contentTooLarge: "Too large"
        case .methodNotAllowed: "Not done"
        case _ where error.status.kind == .clientError: "That cannot be done"
        default: "Something went wrong"
        }
    }

    /// The part of the site to which what was asked for belongs.
    private var section: Page.Section? {
        let first = path.split(separator: "/").first.map(String.init) ?? ""
        switch first {
        case "runs", "compare": return .experiments
        case "submit", "queues": return .jobs
        case "": return nil
        default: return Page.Section(rawValue: first)
        }
    }

    private var advice: HTML {
        let steps = steps.map { step -> HTML in "<li>\(step)</li>" }
        return "<ul>\(steps)</ul>"
    }

    private var steps: [HTML] {
        guard viewer.scope != nil || error.status == .serviceUnavailable else {
            return ["Check the address, or <a href=\"/\">go to the start page</a>."]
        }
        switch error.status {
        case .serviceUnavailable:
            return [
                "Your data is safe. <a href=\"\">Load the page again</a> in a moment.",
                "If it stays so, whoever runs the server sees the reason in its log; <code>coppice db status</code> asks the "
                    + "same database.",
            ]
        case .notFound: return ["Check the address: it may be cut off, or have a letter too many."] + places
        case .forbidden: return refused
        case .contentTooLarge:
            return ["<code>submit</code> in a shell takes files of any size.", Self.back]
        case _ where error.status.kind == .clientError: return [Self.back] + places
        default:
            return [
                "<a href=\"\">Load the page again</a>. If it happens again, whoever runs the server sees more of it in its log."
            ] + places
        }
    }

    private static let back: HTML = "Go back in the browser, change what is named above, and send it again."

    private var refused: [HTML] {
        guard error.message.contains("token") || error.message.contains("scope") else { return places }
        guard viewer.hasSignedIn, needsToken else { return places }
        return [
            """
            Ask whoever runs the server for a token with more rights (<code>coppice tokens create NAME --scope write</code>), \
            sign out, and sign in with it.
            """
        ] + places
    }

    /// Where to look for what is not here.
    private var places: [HTML] {
        let near: [HTML] =
            switch section {
            case .experiments:
                [
                    """
                    Look for it among the <a href="/experiments">experiments</a>, also the \
                    <a href="\(Location("experiments", query: ["view": "deleted"]))">deleted ones</a>; runs that were deleted are \
                    listed below the runs of their experiment.
                    """
                ]
            case .jobs: ["See all <a href=\"/jobs\">jobs</a>; those that ended long ago may have been removed."]
            case .models: ["See all <a href=\"/models\">registered models</a>."]
            case .schedules: ["See all <a href=\"/schedules\">schedules</a>."]
            default: []
            }
        return near + ["Begin at the <a href=\"/\">start page</a>, with what ran last."]
    }
}
