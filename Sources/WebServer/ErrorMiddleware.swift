internal import Access
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import MLflowAPI
internal import NIOHTTP1
internal import Postgres
internal import WebPages

/// Turns errors into answers in MLflow's form, or into pages for people, and says in every answer what a browser may do with it.
struct ErrorMiddleware: RouterMiddleware {
    typealias Context = APIContext

    let methods: @Sendable (String) -> [HTTPRequest.Method]?
    let pages: PageRoutes
    let access: AccessMiddleware

    func handle(
        _ request: Request,
        context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            response = await unknown(request, context)
        } catch let error as HTTPParserError {
            throw error
        } catch {
            response = await answer(error, request, context)
        }
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.xFrameOptions] = "SAMEORIGIN"
        return response
    }

    private func answer(_ error: any Error, _ request: Request, _ context: APIContext) async -> Response {
        let shown = MLflowError(error)
        if shown.status.kind == .serverError, shown.code != .notImplemented {
            context.logger.log(
                level: shown.code == .temporarilyUnavailable ? .warning : .error,
                "a request failed",
                metadata: [
                    "method": "\(request.method)", "path": "\(request.uri.path)",
                    "error": "\((error as? PostgresError)?.debugDescription ?? "\(error)")",
                ]
            )
        }
        return PageRoutes.isPage(request.uri.path) ? await page(shown, request, context) : shown.response
    }

    /// With the navigation of who asked, unless that cannot be found out now.
    private func page(_ error: MLflowError, _ request: Request, _ context: APIContext) async -> Response {
        var context = context
        context.scope = try? await access.scope(of: request)
        return pages.response(error, to: request, context: context)
    }

    /// A path that does not exist, or not with this method.
    private func unknown(_ request: Request, _ context: APIContext) async -> Response {
        if PageRoutes.isPage(request.uri.path) {
            let error = MLflowError(.endpointNotFound, "There is no page at \(request.uri.path).")
            return await page(error, request, context)
        }
        guard let allowed = methods(request.uri.path) else {
            return MLflowError(
                .endpointNotFound,
                "There is no \(request.method) \(request.uri.path) on this server. "
                    + "It has MLflow's API for experiments, runs, models and artifacts; traces, prompts, scorers and the "
                    + "gateway are not a part of it."
            ).response
        }
        return Response(
            status: .methodNotAllowed,
            headers: [.allow: allowed.map(\.rawValue).sorted().joined(separator: ", ")]
        )
    }
}

extension HTTPField.Name {
    static let xFrameOptions = HTTPField.Name("X-Frame-Options")!
}
