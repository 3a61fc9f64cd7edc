internal import HTTPTypes
internal import Hummingbird
internal import MLflowAPI

/// Lets in only requests that name this server as we know it: a page from elsewhere must not reach it through a name
/// that leads here (DNS rebinding), nor send it something on behalf of whoever looks at that page (CSRF).
struct HostMiddleware: RouterMiddleware {
    typealias Context = APIContext

    let hosts: AllowedHosts

    func handle(
        _ request: Request,
        context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        // Whoever watches over us may call us what they like.
        if request.uri.path == "/health" { return try await next(request, context) }
        let host = request.head.authority ?? ""
        guard hosts.allows(host) else {
            throw MLflowError(
                .permissionDenied,
                "The Host header '\(host)' is not allowed: use an IP address or localhost, "
                    + "or start the server with --allowed-hosts \(AllowedHosts.name(of: host))"
            )
        }
        if let origin = request.headers[.origin], !request.method.isSafe, !hosts.isSame(origin, as: host) {
            throw MLflowError(
                .permissionDenied,
                "The Origin '\(origin)' is not allowed to change anything here: it is another site than '\(host)'."
            )
        }
        return try await next(request, context)
    }
}

extension HTTPRequest.Method {
    fileprivate var isSafe: Bool { self == .get || self == .head || self == .options }
}
