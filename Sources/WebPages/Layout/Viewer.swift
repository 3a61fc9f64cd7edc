internal import Access

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Who looks at a page, and what they may do.
struct Viewer: Sendable {
    /// Nil for who is not known.
    var scope: AccessScope?
    /// What forms have to send back.
    var formToken: String
    /// Whether they came with a cookie.
    var hasSignedIn: Bool
    /// The instant of the page: all of its relative times are as of then.
    let now = Date()

    /// Whether buttons that need this scope are shown.
    func may(_ needed: AccessScope) -> Bool { scope.map { $0 >= needed } ?? false }

    /// A form that changes something, with its token.
    func form(
        to location: Location,
        class name: String? = nil,
        needs scope: AccessScope = .read,
        hasFiles: Bool = false,
        _ content: HTML
    ) -> HTML {
        guard may(scope) else { return "" }
        return """
            <form method="post" action="\(location)"\(attribute: "class", name)\
            \(attribute: "enctype", hasFiles ? "multipart/form-data" : nil)>\
            <input type="hidden" name="\(FormTokens.field)" value="\(formToken)">\(content)</form>
            """
    }

    /// A button that changes something at once.
    func button(
        _ label: String,
        to location: Location,
        needs scope: AccessScope = .write,
        values: KeyValuePairs<String, String> = [:]
    ) -> HTML {
        form(to: location, class: "inline", needs: scope, "\(Self.hidden(values))<button>\(label)</button>")
    }

    /// A button that asks first, without a script: it opens the question and the button that does it.
    func confirmedButton(
        _ label: String,
        question: String,
        confirm: String,
        to location: Location,
        needs scope: AccessScope = .write,
        values: KeyValuePairs<String, String> = [:]
    ) -> HTML {
        guard may(scope) else { return "" }
        return """
            <details class="confirm"><summary>\(label)</summary><div>\
            \(form(to: location, "<p>\(question)</p>\(Self.hidden(values))<button class=\"danger\">\(confirm)</button>"))\
            </div></details>
            """
    }

    private static func hidden(_ values: KeyValuePairs<String, String>) -> [HTML] {
        values.map { name, value in "<input type=\"hidden\" name=\"\(name)\" value=\"\(value)\">" }
    }

    /// A time as of this page.
    func time(_ date: Date?) -> HTML { .time(date, now: now) }
}
