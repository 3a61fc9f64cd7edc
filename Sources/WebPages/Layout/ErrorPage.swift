internal import Hummingbird
internal import MLflowAPI

/// What people see when something cannot be shown or done.
enum ErrorPage {
    static func page(_ error: MLflowError, viewer: Viewer) -> Page {
        var page = Page(
            title(error),
            body: "<p class=\"error\" role=\"alert\">\(error.message)</p>\n\(advice(error, viewer))"
        )
        page.status = error.status
        return page
    }

    private static func title(_ error: MLflowError) -> String {
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

    private static func advice(_ error: MLflowError, _ viewer: Viewer) -> HTML {
        switch error.status {
        case .serviceUnavailable:
            "<p>Your data is safe. <a href=\"\">Load the page again</a> in a moment.</p>"
        case .notFound where viewer.scope != nil:
            "<p>It may have been deleted, or the address may be wrong. <a href=\"/\">Go to the start page</a>.</p>"
        default: ""
        }
    }
}
