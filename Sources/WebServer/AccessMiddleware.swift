internal import Access
internal import HTTPTypes
internal import Hummingbird
internal import MLflowAPI
internal import WebPages

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Finds out what a request may do. Without an authenticator everybody who reaches us may do everything.
struct AccessMiddleware: RouterMiddleware {
    typealias Context = APIContext

    let authenticator: Authenticator?

    func handle(
        _ request: Request,
        context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        guard authenticator == nil || !Self.isOpen(request.uri.path) else { return try await next(request, context) }
        context.scope = try await scope(of: request)
        return try await next(request, context)
    }

    private static func isOpen(_ path: String) -> Bool {
        path == "/health" || path == "/version" || PageRoutes.isOpen(path)
    }

    /// What a request may do. Throws `MLflowError.unauthenticated` if it has no token, or none that is good.
    func scope(of request: Request) async throws -> AccessScope {
        guard let authenticator else { return .admin }
        let header = request.headers[.authorization]
        guard header != nil || PageRoutes.secret(of: request) != nil else {
            throw MLflowError(
                .unauthenticated,
                "This server needs a token: set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_PASSWORD with any user name."
            )
        }
        guard let secret = header.map(Self.secret) ?? PageRoutes.secret(of: request),
            let scope = try await authenticator.scope(of: secret)
        else {
            throw MLflowError(.unauthenticated, "The token is unknown, was revoked or has expired.")
        }
        return scope
    }

    /// `Bearer TOKEN`, or `Basic` with the token for a password.
    static func secret(_ header: String) -> String? {
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        switch parts[0].lowercased() {
        case "bearer": return String(parts[1])
        case "basic":
            guard let data = Data(base64Encoded: String(parts[1])) else { return nil }
            let pair = String(decoding: data, as: UTF8.self)
            return pair.firstIndex(of: ":").map { String(pair[pair.index(after: $0)...]) }
        default: return nil
        }
    }
}
