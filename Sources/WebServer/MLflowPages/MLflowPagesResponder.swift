internal import Hummingbird
internal import MLflowAPI

/// Leads what MLflow's pages ask relative to their own folder, as `/mlflow/ajax-api/…`, to the calls of the API.
struct MLflowPagesResponder<Inner: HTTPResponder>: HTTPResponder where Inner.Context == APIContext {
    let inner: Inner

    func respond(to request: Request, context: APIContext) async throws -> Response {
        guard let path = Self.path(request.head.path ?? "") else {
            return try await inner.respond(to: request, context: context)
        }
        var head = request.head
        head.path = path
        return try await inner.respond(to: Request(head: head, body: request.body), context: context)
    }

    /// The path of the call; nil if it is none.
    static func path(_ path: String) -> String? {
        let prefix = MLflowPages.root + "/"
        guard path.hasPrefix(prefix), callsOfMLflowPages.contains(where: path.dropFirst(prefix.count).hasPrefix) else {
            return nil
        }
        return String(path.dropFirst(MLflowPages.root.count))
    }
}

private let callsOfMLflowPages = [
    "ajax-api/", "api/", "graphql", "get-artifact", "model-versions/get-artifact", "version",
]
