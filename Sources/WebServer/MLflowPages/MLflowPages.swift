internal import Access
internal import HTTPTypes
internal import Hummingbird
internal import MLflowAPI

/// Serves MLflow's own pages below `/mlflow/`.
struct MLflowPages {
    static let root = "/mlflow"

    let bundle: MLflowBundle

    func add(to router: Router<APIContext>) {
        router.get(RouterPath(Self.root)) { request, context in
            try context.require(.read)
            // The page's addresses are relative to its folder.
            guard request.uri.path.hasSuffix("/") else {
                return Response(status: .permanentRedirect, headers: [.location: Self.root + "/"])
            }
            return try await send("index.html", context)
        }
        router.get(RouterPath(Self.root + "/static-files/**")) { request, context in
            try context.require(.read)
            let path = request.uri.path.dropFirst((Self.root + "/static-files/").count)
            return try await send(String(path), context)
        }
    }

    private func send(_ path: String, _ context: APIContext) async throws -> Response {
        guard let file = bundle[path] else {
            throw MLflowError(.endpointNotFound, "MLflow's pages have no file '\(path)'.")
        }
        let headers: HTTPFields = [
            .contentType: file.contentType,
            .contentSecurityPolicy: Self.policy,
            // Names of scripts and styles have a hash of their content.
            .cacheControl: path.hasPrefix("static/") ? "private, max-age=31536000, immutable" : "no-cache",
        ]
        let body = try await FileIO().loadFile(path: file.path, context: context)
        return Response(status: .ok, headers: headers, body: body)
    }

    /// As strict as the bundle bears. It makes styles while it runs, and draws artifacts and charts from data and blobs,
    /// some in workers and frames.
    private static let policy = [
        "default-src 'self'", "script-src 'self'", "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:", "font-src 'self' data:", "worker-src 'self' blob:",
        "frame-src 'self' blob: data:",
        "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'self'",
    ].joined(separator: "; ")
}
