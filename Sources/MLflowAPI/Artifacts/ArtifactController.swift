internal import Access
internal import Artifacts
internal import HTTPTypes
internal import Hummingbird
internal import Tracking

/// MLflow's artifact proxy, and the downloads of its pages.
struct ArtifactController {
    let artifacts: ArtifactStore
    let owners: ArtifactOwners
    let versions: ModelVersionController

    func add(to router: Router<APIContext>) {
        for prefix in ["api", "ajax-api"] {
            let base = "/\(prefix)/2.0/mlflow-artifacts/artifacts"
            router.get("\(base)", use: listProxied)
            router.get("\(base)/**", use: download)
            router.put("\(base)/**", use: upload)
            router.delete("\(base)/**", use: delete)
            for action in ["create", "complete", "abort"] {
                router.post("/\(prefix)/2.0/mlflow-artifacts/mpu/\(action)/**") { _, context -> Response in
                    try context.require(.write)
                    throw MLflowError(
                        .notImplemented,
                        "Multipart upload is not supported for the current artifact repository"
                    )
                }
            }
            router.get("/\(prefix)/2.0/mlflow-artifacts/presigned/**") { _, context -> Response in
                try context.require(.read)
                throw MLflowError(
                    .notImplemented,
                    "Multipart download is not supported for the current artifact repository"
                )
            }
            router.post("/\(prefix)/2.0/mlflow/artifacts/presigned-upload-url", use: presignUpload)
            router.post("/\(prefix)/2.0/mlflow/artifacts/presigned-download-url", use: presignDownload)
            router.get("/\(prefix)/2.0/mlflow/artifacts/list", use: listRun)
            router.get("/\(prefix)/2.0/mlflow/logged-models/:model_id/artifacts/directories", use: listModel)
            router.get("/\(prefix)/2.0/mlflow/logged-models/:model_id/artifacts/files", use: getFromModel)
        }
        router.get("/get-artifact", use: getFromRun)
        router.get("/model-versions/get-artifact", use: getFromVersion)
    }

    // MARK: The proxy

    private func listProxied(_ request: Request, context: APIContext) async throws -> Response {
        try context.require(.read)
        let path = Query(request.uri.query ?? "")["path"] ?? ""
        guard !ArtifactLocation.climbs(path), !path.contains("#") else { throw MLflowError.invalidPath }
        let place: ArtifactOwners.Place
        do {
            place = try await owners.place(path)
        } catch is MLflowError {
            // A folder that nobody wrote to is empty, as it is in MLflow.
            return Response.json(Self.listing([]))
        }
        let entries = try await artifacts.list(place.path, of: place.owner)
        return Response.json(Self.listing(entries) { $0.path.split(separator: "/").last.map(String.init) ?? $0.path })
    }

    private func download(_ request: Request, context: APIContext) async throws -> Response {
        try context.require(.read)
        let place = try await owners.place(try Self.proxiedPath(request))
        return try await send(place, for: request)
    }

    private func upload(_ request: Request, context: APIContext) async throws -> Response {
        try context.require(.write)
        let place = try await owners.place(try Self.proxiedPath(request))
        guard let path = place.path, path != place.base else {
            throw MLflowError(.invalidParameterValue, "The artifact path names no file.")
        }
        let upload = try await ArtifactUpload.receive(request)
        try await artifacts.put([NewArtifact(path: path, content: upload.content)], of: place.owner)
        withExtendedLifetime(upload) {}
        return Response(status: .ok)
    }

    private func delete(_ request: Request, context: APIContext) async throws -> Response {
        try context.require(.write)
        let place = try await owners.place(try Self.proxiedPath(request))
        guard let path = place.path else {
            throw MLflowError(.invalidParameterValue, "The artifact path names no file and no folder.")
        }
        // Deleting what is not there is no mistake: a client may repeat itself.
        do { try await artifacts.delete(path, of: place.owner) } catch let error as ArtifactError
            where error.code == .notFound
        {}
        return Response.json(.emptyAnswer)
    }

    /// The path behind `…/artifacts/`, decoded once.
    private static func proxiedPath(_ request: Request) throws(MLflowError) -> String {
        let marker = "/mlflow-artifacts/artifacts/"
        guard let range = request.uri.path.firstRange(of: marker) else { throw MLflowError.invalidPath }
        let path = FormDecoding.path(request.uri.path[range.upperBound...])
        guard !ArtifactLocation.climbs(path), !path.contains("#"), !path.hasPrefix("/"), !path.contains("//") else {
            throw MLflowError.invalidPath
        }
        return path
    }

    // MARK: Addresses of a cloud's storage

    private static let upload = Shape([
        .string("run_id"), .string("model_id"), .string("path", .required), .int64("expiration"),
    ])

    /// All bytes go through this server, as MLflow's with proxied artifacts; the answer is the same as there.
    private func presignUpload(_ request: Request, context: APIContext) async throws -> Response {
        try context.require(.write)
        let message = try await RequestReader.message(of: request, as: Self.upload)
        let (run, model) = (message.nonEmpty("run_id"), message.nonEmpty("model_id"))
        guard (run == nil) != (model == nil) else {
            throw MLflowError(.invalidParameterValue, "Exactly one of run_id and model_id must be provided.")
        }
        _ = try Self.checked(message.text("path"))
        if let run { _ = try await owners.tracking.required(Run.ID(rawValue: run)) }
        if let model {
            let id = LoggedModel.ID(rawValue: model)
            guard try await owners.tracking.loggedModel(id) != nil else { throw MLflowError.noModel(id) }
        }
        throw MLflowError(
            .invalidParameterValue,
            "Presigned upload is not supported for proxied artifact storage (artifact URI scheme: mlflow-artifacts). "
                + "This endpoint requires a direct cloud storage artifact URI."
        )
    }

    private static let download = Shape([
        .string("run_id", .required), .string("path", .required), .int64("expiration"),
    ])

    private func presignDownload(_ request: Request, context: APIContext) async throws -> Response {
        try context.require(.read)
        let message = try await RequestReader.message(of: request, as: Self.download)
        _ = try Self.checked(message.text("path"))
        let expiration = message.integer("expiration") ?? 900
        guard (1...604_800).contains(expiration) else {
            throw MLflowError(
                .invalidParameterValue,
                "expiration must be between 1 and 604800 seconds (got \(expiration))."
            )
        }
        _ = try await owners.tracking.required(message.runID)
        throw MLflowError(
            .invalidParameterValue,
            "Presigned download is not supported for runs with proxied artifact storage "
                + "(artifact URI scheme: mlflow-artifacts). "
                + "This endpoint requires a run with a direct cloud storage artifact URI."
        )
    }

    // MARK: By run or model

    private func listRun(_ request: Request, context: APIContext) async throws -> Response {
        try context.require(.read)
        let message = try await RequestReader.message(of: request, as: Self.listShape)
        let run = try await owners.tracking.required(message.runID)
        let place = try await owners.place(run: run.id, try Self.checked(message.text("path")))
        return try await list(place, root: run.location)
    }

    private static let listShape = Shape([
        .string("run_id", .required), .string("run_uuid"), .string("path"), .string("page_token"),
    ])

    private func listModel(_ request: Request, context: APIContext) async throws -> Response {
        try context.require(.read)
        let model = try await model(context)
        let path = Query(request.uri.query ?? "")["artifact_directory_path"] ?? ""
        let place = try await owners.place(model: model.id, try Self.checked(path))
        return try await list(place, root: "mlflow-artifacts:/\(model.experiment)/models/\(model.id)/artifacts")
    }

    private func getFromRun(_ request: Request, context: APIContext) async throws -> Response {
        try context.require(.read)
        let query = Query(request.uri.query ?? "")
        let id = query["run_id"] ?? query["run_uuid"] ?? ""
        guard let path = query["path"] else { throw MLflowError(.badRequest, "The query names no 'path'.") }
        return try await send(try await owners.place(run: Run.ID(rawValue: id), try Self.checked(path)), for: request)
    }

    private func getFromVersion(_ request: Request, context: APIContext) async throws -> Response {
        try context.require(.read)
        let query = Query(request.uri.query ?? "")
        guard let path = query["path"] else { throw MLflowError(.badRequest, "The query names no 'path'.") }
        let place = try await versions.place(
            query["version"] ?? "",
            of: query["name"] ?? "",
            path: try Self.checked(path),
            owners: owners
        )
        return try await send(place, for: request)
    }

    private func getFromModel(_ request: Request, context: APIContext) async throws -> Response {
        try context.require(.read)
        guard let path = Query(request.uri.query ?? "")["artifact_file_path"], !path.isEmpty else {
            throw MLflowError(.badRequest, "Request must include the \"artifact_file_path\" query parameter.")
        }
        let place = try await owners.place(model: try await model(context).id, try Self.checked(path))
        return try await send(place, for: request)
    }

    private func model(_ context: APIContext) async throws -> LoggedModel {
        let id = LoggedModel.ID(rawValue: try context.parameters.text("model_id"))
        guard let model = try await owners.tracking.loggedModel(id), model.stage == .active else {
            throw MLflowError.noModel(id)
        }
        return model
    }

    /// The path as it was given, unless it could lead out of the folder.
    private static func checked(_ path: String) throws(MLflowError) -> String {
        guard !ArtifactLocation.climbs(path), !path.contains("#"), !path.hasPrefix("/") else {
            throw MLflowError.invalidPath
        }
        return path
    }

    private func list(_ place: ArtifactOwners.Place, root: String) async throws -> Response {
        let entries = try await artifacts.list(place.path, of: place.owner)
        let base = place.base.map { $0.description.count + 1 } ?? 0
        return Response.json(Self.listing(entries, root: root) { String($0.path.dropFirst(base)) })
    }

    private static func listing(
        _ entries: [ArtifactEntry],
        root: String? = nil,
        name: (ArtifactEntry) -> String = \.path
    ) -> ByteBuffer {
        JSONWriter.buffer { writer in
            writer.object { list in
                list.member("root_uri", root)
                list.array("files", entries) { writer, entry in
                    writer.object { file in
                        file.member("path", name(entry))
                        file.member("is_dir", entry.isFolder)
                        file.member("file_size", entry.isFolder || entry.size == 0 ? nil : entry.size)
                    }
                }
            }
        }
    }

    // MARK: Bytes

    func send(_ place: ArtifactOwners.Place, for request: Request) async throws -> Response {
        guard let path = place.path, path != place.base else {
            throw MLflowError(.invalidParameterValue, "Artifact path refers to a directory, not a file")
        }
        do {
            return try await ArtifactDownload.response(try await artifacts.open(path, of: place.owner), path, request)
        } catch let error as ArtifactError where error.code == .notFound {
            guard try await !artifacts.list(path, of: place.owner).isEmpty else { throw error }
            throw MLflowError(.invalidParameterValue, "Artifact path refers to a directory, not a file: '\(path)'")
        }
    }
}
