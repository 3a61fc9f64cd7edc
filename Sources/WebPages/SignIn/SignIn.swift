internal import Access
internal import HTTPTypes
internal import Hummingbird
internal import MLflowAPI

/// Where people enter their token, once: the browser keeps it in a cookie that no script can read and no other site can
/// have sent.
struct SignIn: Sendable {
    static let path = "/sign-in"
    static let cookie = "coppice_token"

    let authenticator: Authenticator
    let tokens: FormTokens

    /// The page that leads back to where the request was going.
    static func location(for request: Request) -> Location {
        let isPlain = request.method == .get || request.method == .head
        return Location("sign-in", query: ["next": isPlain && request.uri.path != "/" ? request.uri.string : nil])
    }

    func add(to router: Router<APIContext>, _ pages: PageRouter) {
        router.get(RouterPath(Self.path)) { request, context -> Response in
            let visit = Visit(request, context, tokens)
            let query = visit.pageRequest.query
            // A link on another site does not bring the cookie along; one on this page does.
            if let secret = request.cookies[Self.cookie]?.value, try await authenticator.scope(of: secret) != nil {
                return Response.redirect(to: Self.next(query["next"]), type: .normal)
            }
            return visit.response(
                Self.page(visit.pageRequest.viewer, next: query["next"]),
                notice: Notice(rawValue: query[Notice.parameter] ?? "")
            )
        }
        router.post(RouterPath(Self.path)) { request, context -> Response in
            let visit = Visit(request, context, tokens)
            let form = try await Self.form(request)
            try visit.check(form)
            let secret = form.text("token").filter { !$0.isWhitespace }
            guard try await authenticator.scope(of: secret) != nil else {
                var page = Self.page(visit.pageRequest.viewer, next: form["next"], isWrong: true)
                page.status = .forbidden
                return visit.response(page)
            }
            var response = Response.redirect(to: Self.next(form["next"]), type: .normal)
            response.setCookie(Cookie(name: Self.cookie, value: secret, path: "/", httpOnly: true, sameSite: .strict))
            return response
        }
        router.post("/sign-out") { request, context -> Response in
            let visit = Visit(request, context, tokens)
            try visit.check(try await Self.form(request))
            let next = Location("sign-in").setting(Notice.parameter, Notice.signedOut.rawValue)
            var response = Response.redirect(to: next.description, type: .normal)
            response.setCookie(
                Cookie(name: Self.cookie, value: "", maxAge: 0, path: "/", httpOnly: true, sameSite: .strict)
            )
            return response
        }
    }

    /// Small: whoever sends it has shown no token yet.
    private static func form(_ request: Request) async throws -> Form {
        let body = try await request.form(
            upTo: 10_000,
            refusal: "The form has more than 10,000 bytes: no token is as long."
        )
        return Form(Query(String(buffer: body)).entries)
    }

    private static func page(_ viewer: Viewer, next: String?, isWrong: Bool = false) -> Page {
        let problem: HTML =
            isWrong
            ? """
            <p class="error" id="token-error" role="alert">This token is unknown, was revoked, or has expired. \
            Whoever runs the server makes one with <code>coppice tokens create NAME</code>.</p>
            """ : ""
        return Page(
            "Sign in",
            body: """
                <form method="post" action="\(Location("sign-in"))" class="stacked narrow" data-retry>
                <input type="hidden" name="\(FormTokens.field)" value="\(viewer.formToken)">
                <input type="hidden" name="next" value="\(next ?? "")">
                <p>This server needs a token. The browser remembers it until you close it or sign out.</p>
                <label for="token">Token</label>
                <input id="token" name="token" type="password" autocomplete="current-password" required \
                \(attribute: "aria-describedby", isWrong ? "token-error" : nil)\
                \(attribute: "aria-invalid", isWrong ? "true" : nil)>
                \(problem)
                <button class="primary">Sign in</button>
                </form>
                """
        )
    }

    /// A place on this server, or the start page: the address comes from whoever made the link.
    static func next(_ text: String?) -> String {
        guard let text, text.hasPrefix("/"), !text.hasPrefix("//"), !text.contains("\\"),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return "/" }
        return text
    }
}
