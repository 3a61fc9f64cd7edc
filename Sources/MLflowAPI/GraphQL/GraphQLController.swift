internal import Access
internal import Hummingbird
internal import Registry
internal import Tracking

/// MLflow's `/graphql`: the queries that its pages send, answered by the calls of the REST API.
struct GraphQLController {
    private let endpoints: [String: Endpoint]

    init(_ endpoints: [Endpoint]) {
        self.endpoints = Dictionary(endpoints.map { ($0.path, $0) }) { first, _ in first }
    }

    func add(to router: Router<APIContext>) {
        router.post("/graphql") { request, context in
            try context.require(.read)
            let body = try await RequestReader.json(of: request)
            return Response.json(ByteBuffer(string: try await answer(to: body).text))
        }
    }

    /// A field at the root of a query: the call that answers it, and the type of the answer.
    private static let root: [String: (path: String, type: GraphQLType)] = [
        "mlflowGetExperiment": ("experiments/get", .getExperimentAnswer),
        "mlflowGetRun": ("runs/get", .getRunAnswer),
        "mlflowSearchRuns": ("runs/search", .searchRunsAnswer),
        "mlflowGetMetricHistoryBulkInterval": ("metrics/get-history-bulk-interval", .metricHistoryAnswer),
    ]
    private static let maximumRootFieldCount = 10

    private func answer(to body: JSONValue) async throws -> JSONValue {
        let fields: [GraphQLField]
        do {
            guard case .string(let query) = body["query"] else {
                throw MLflowError(.invalidParameterValue, "The request has no 'query'.")
            }
            var operation: String?
            if case .string(let name) = body["operationName"] { operation = name }
            fields = try GraphQLParser.fields(
                of: query,
                operation: operation,
                variables: body["variables"] ?? .object([])
            )
            guard fields.count <= Self.maximumRootFieldCount else {
                throw GraphQLError(message: "Query exceeds maximum root fields of \(Self.maximumRootFieldCount)")
            }
            for field in fields where field.name != "__typename" && Self.root[field.name] == nil {
                throw GraphQLError(message: "Cannot query field '\(field.name)' on type 'Query'.")
            }
        } catch let error as GraphQLError {
            return Self.result(.null, errors: [error.message])
        }
        var members: [JSONValue.Member] = []
        var errors: [String] = []
        for field in fields {
            do {
                members.append(JSONValue.Member(name: field.key, value: try await value(of: field)))
            } catch let error as GraphQLError {
                // Not a value that is missing, but a query that makes no sense.
                return Self.result(.null, errors: [error.message])
            } catch {
                guard let message = Self.message(of: error) else { throw error }
                members.append(JSONValue.Member(name: field.key, value: .null))
                errors.append(message)
            }
        }
        return Self.result(.object(members), errors: errors)
    }

    private static func result(_ data: JSONValue, errors: [String]) -> JSONValue {
        .object([
            JSONValue.Member(name: "data", value: data),
            JSONValue.Member(name: "errors", value: errors.isEmpty ? .null : .array(errors.map(JSONValue.string))),
        ])
    }

    /// What a client did wrong is a part of the answer; everything else fails the request.
    private static func message(of error: any Error) -> String? {
        switch error {
        case let error as MLflowError where error.status.kind == .clientError: error.message
        case let error as TrackingError: error.description
        case let error as RegistryError: error.description
        default: nil
        }
    }

    private func value(of field: GraphQLField) async throws -> JSONValue {
        guard let (path, type) = Self.root[field.name] else { return .string("Query") }
        let input = field.arguments.last { $0.name == "input" }?.value ?? .object([])
        var message = try await call(path, input)
        for name in ["run", "runs"] {
            let selections = field.selections.filter { $0.name == name }.flatMap(\.selections)
            guard let value = message[name] else { continue }
            message = message.setting(name, to: try await extended(value, selections))
        }
        return try type.select(field.selections, of: message)
    }

    private func call(_ path: String, _ input: JSONValue) async throws -> JSONValue {
        guard let endpoint = endpoints[path] else { throw MLflowError(.internalError, "There is no call '\(path)'.") }
        var input = input
        if case .object(let members) = input {
            input = .object(members.map { JSONValue.Member(name: GraphQLType.wireName($0.name), value: $0.value) })
        }
        let answer = try await endpoint.respond(Message(input, as: endpoint.shape), Parameters())
        return try answer.withUnsafeReadableBytes { try JSONParser.parse($0) }
    }

    /// Adds what a run's message does not have: its experiment, and the versions that were registered from it.
    private func extended(_ value: JSONValue, _ selections: [GraphQLField]) async throws -> JSONValue {
        if case .array(let runs) = value {
            var all: [JSONValue] = []
            for run in runs { all.append(try await extended(run, selections)) }
            return .array(all)
        }
        var run = value
        if selections.contains(where: { $0.name == "experiment" }), let id = value["info"]?["experiment_id"] {
            let answer = try await call(
                "experiments/get",
                .object([JSONValue.Member(name: "experiment_id", value: id)])
            )
            run = run.setting("experiment", to: answer["experiment"] ?? .null)
        }
        if selections.contains(where: { $0.name == "modelVersions" }), case .string(let id) = value["info"]?["run_id"] {
            let filter = JSONValue.Member(name: "filter", value: .string("run_id = '\(id)'"))
            let answer = try await call("model-versions/search", .object([filter]))
            run = run.setting("model_versions", to: answer["model_versions"] ?? .array([]))
        }
        return run
    }
}

extension JSONValue {
    /// The object with a member set or replaced.
    fileprivate func setting(_ name: String, to value: JSONValue) -> JSONValue {
        guard case .object(let members) = self else { return self }
        return .object(members.filter { $0.name != name } + [Member(name: name, value: value)])
    }
}
