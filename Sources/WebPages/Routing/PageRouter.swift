internal import Access
internal import HTTPTypes
internal import Hummingbird
internal import MLflowAPI
internal import NIOCore
internal import Threads

/// Adds pages to the router: each gets the frame, the headers, and a token for its forms.
struct PageRouter {
    /// Names the browser for the tokens of forms; says nothing of who it is.
    static let visitorCookie = "coppice_visitor"
    /// The largest form, files apart.
    static let maximumFormSize = 1 << 20
    /// The largest form with a file.
    static let maximumUploadSize = 256 << 20

    let router: Router<APIContext>
    let tokens: FormTokens

    /// A page that shows something.
    func get(
        _ path: RouterPath,
        needs scope: AccessScope = .read,
        _ body: @escaping @Sendable (PageRequest) async throws -> Page
    ) {
        router.get(path) { [tokens] request, context -> Response in
            try context.require(scope)
            let visit = Visit(request, context, tokens)
            let page = try await body(visit.pageRequest)
            return visit.response(page, notice: Notice(rawValue: visit.pageRequest.query[Notice.parameter] ?? ""))
        }
    }

    /// Something that is not a page: a file, a stream of events.
    func data(
        _ path: RouterPath,
        _ body: @escaping @Sendable (PageRequest) async throws -> Response
    ) {
        router.get(path) { [tokens] request, context -> Response in
            try context.require(.read)
            return try await body(Visit(request, context, tokens).pageRequest)
        }
    }

    /// A form that changes something.
    func post(
        _ path: RouterPath,
        needs scope: AccessScope,
        _ body: @escaping @Sendable (PageRequest, Form) async throws -> Outcome
    ) {
        router.post(path) { [tokens] request, context -> Response in
            try context.require(scope)
            let visit = Visit(request, context, tokens)
            let form = try await Self.form(request)
            try visit.check(form)
            switch try await body(visit.pageRequest, form) {
            case .see(let location, let notice):
                return Response.redirect(
                    to: location.setting(Notice.parameter, notice?.rawValue).description,
                    type: .normal
                )
            case .page(let page):
                return visit.response(page)
            }
        }
    }

    private static func form(_ request: Request) async throws -> Form {
        let type = request.headers[.contentType] ?? ""
        let kind = type.prefix { $0 != ";" }.lowercased()
        let limit = kind == "multipart/form-data" ? maximumUploadSize : maximumFormSize
        guard kind == "multipart/form-data" || kind == "application/x-www-form-urlencoded" else {
            throw MLflowError(.invalidParameterValue, "The form was sent as '\(type.prefix(80))', not as forms are.")
        }
        let body = try await request.form(
            upTo: limit,
            refusal: "The form has more than \(limit >> 20) MiB: submit such data from the shell."
        )
        guard kind == "multipart/form-data" else { return Form(Query(String(buffer: body)).entries) }
        let form = try await CachedThreadPool.shared.run {
            try MultipartForm(Array(body.readableBytesView), contentType: type)
        }
        return Form(form.fields, files: form.files)
    }
}

extension Request {
    /// What a form holds. Throws `MLflowError` with the refusal if that is more than `limit` bytes.
    func form(upTo limit: Int, refusal: String) async throws -> ByteBuffer {
        do {
            return try await body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw MLflowError(.requestTooLarge, refusal)
        }
    }
}

/// One request of one browser.
struct Visit {
    let pageRequest: PageRequest
    private let visitor: String
    private let isNew: Bool
    private let tokens: FormTokens

    init(_ request: Request, _ context: APIContext, _ tokens: FormTokens) {
        let known = request.cookies[PageRouter.visitorCookie]?.value
        isNew = known == nil
        visitor = known ?? FormTokens.randomVisitor()
        self.tokens = tokens
        pageRequest = PageRequest(
            query: Query(request.uri.query ?? ""),
            viewer: Viewer(
                scope: context.scope,
                formToken: tokens.token(for: visitor),
                hasSignedIn: request.cookies[SignIn.cookie] != nil
            ),
            parameters: context.parameters,
            request: request
        )
    }

    /// Throws `MLflowError.permissionDenied` unless the form came from a page of this process that this browser got.
    func check(_ form: Form) throws(MLflowError) {
        guard tokens.isValid(form.text(FormTokens.field), for: visitor) else {
            throw MLflowError(
                .permissionDenied,
                "The form is from before the server was last started, or from elsewhere: go back, load its page again, and "
                    + "repeat what you did. Nothing was changed."
            )
        }
    }

    func response(_ page: Page, notice: Notice? = nil) -> Response {
        let html = Layout(viewer: pageRequest.viewer).html(page, notice: notice)
        var response = Response(
            status: page.status,
            headers: PageHeaders.all,
            body: ResponseBody(byteBuffer: ByteBuffer(string: html.text))
        )
        if isNew {
            response.setCookie(
                Cookie(name: PageRouter.visitorCookie, value: visitor, path: "/", httpOnly: true, sameSite: .strict)
            )
        }
        return response
    }
}

/// What every page says about itself.
enum PageHeaders {
    /// Nothing but our own files, and nobody else around the page.
    static let policy = """
        default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
        form-action 'self'; frame-ancestors 'none'; base-uri 'none'
        """

    static let all: HTTPFields = [
        .contentType: "text/html; charset=utf-8",
        .contentSecurityPolicy: policy,
        .cacheControl: "private, no-cache",
        HTTPField.Name("Referrer-Policy")!: "same-origin",
        HTTPField.Name("Cross-Origin-Opener-Policy")!: "same-origin",
    ]
}
