internal import Access
internal import HTTPTypes
internal import Hummingbird

/// What MLflow's clients and pages ask of the server itself.
struct ServerController {
    /// The version of MLflow whose API this is; clients compare it with their own.
    static let version = "3.17.2"

    func add(to router: Router<APIContext>) {
        for path in ["/health", "/version"] {
            let text = path == "/health" ? "OK" : Self.version
            router.get(RouterPath(path)) { _, _ in
                Response(
                    status: .ok,
                    headers: [.contentType: "text/html; charset=utf-8"],
                    body: ResponseBody(byteBuffer: ByteBuffer(string: text))
                )
            }
        }
        for prefix in ["api", "ajax-api"] {
            router.get("/\(prefix)/3.0/mlflow/server-info") { _, context in
                try context.require(.read)
                return Response.json(Self.info)
            }
        }
    }

    private static let info = JSONWriter.buffer { writer in
        writer.object { info in
            info.member("store_type", "SqlStore")
            info.member("workspaces_enabled", false)
            info.member("trace_archival_enabled", false)
            info.member("multipart_uploads_enabled", false)
            info.member("multipart_downloads_enabled", false)
            info.member("presigned_upload_run_id_supported", false)
            info.member("presigned_upload_model_id_supported", false)
            info.object("features_enabled") { $0.member("gateway", false) }
        }
    }
}
