internal import HTTPTypes
internal import Hummingbird
internal import MLflowAPI

/// Ends requests that take too long: a statement that waits for a lock, or a client that sends its request byte by byte,
/// must not hold a connection of the database, or one of ours, for ever.
///
/// Uploads of artifacts may take as long as they need; they have a least pace instead. The bytes of a download follow
/// when the answer has begun.
struct TimeLimitResponder<Inner: HTTPResponder>: HTTPResponder where Inner.Context == APIContext {
    let inner: Inner
    let limit: Duration

    func respond(to request: Request, context: APIContext) async throws -> Response {
        guard !request.isUpload else { return try await inner.respond(to: request, context: context) }
        return try await withThrowingTaskGroup(of: Response?.self) { group in
            group.addTask { try await inner.respond(to: request, context: context) }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            // What is cancelled tells PostgreSQL to stop, too.
            defer { group.cancelAll() }
            if let response = try await group.next() ?? nil { return response }
            var response = MLflowError(
                .temporarilyUnavailable,
                "The request took longer than \(limit); narrow it, or try again."
            ).response
            response.headers[.xContentTypeOptions] = "nosniff"
            return response
        }
    }
}

extension Request {
    fileprivate var isUpload: Bool {
        method == .put && uri.path.contains("/mlflow-artifacts/artifacts/")
    }
}
