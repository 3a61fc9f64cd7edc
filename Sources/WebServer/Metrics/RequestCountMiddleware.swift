internal import Hummingbird
internal import MLflowAPI

/// Counts answers, and how long they took.
struct RequestCountMiddleware: RouterMiddleware {
    typealias Context = APIContext

    let statistics: RequestStatistics

    func handle(
        _ request: Request,
        context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await next(request, context)
        statistics.answered(request.method.rawValue, response.status.code, after: .now - start)
        return response
    }
}
