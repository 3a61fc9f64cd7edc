internal import Access
internal import HTTPTypes
public import Hummingbird

/// One call of MLflow's REST API that takes a message and answers with one.
struct Endpoint: Sendable {
    let method: HTTPRequest.Method
    /// Below `/api/2.0/mlflow/`, and below `/ajax-api/2.0/mlflow/` for MLflow's own pages.
    let path: String
    /// What the caller must be allowed to do.
    let scope: AccessScope
    let shape: Shape
    /// Makes the answer, a JSON text.
    let respond: @Sendable (Message, Parameters) async throws -> ByteBuffer

    /// A call that only reads.
    static func reading(
        _ methods: HTTPRequest.Method...,
        at path: String,
        _ shape: Shape = .empty,
        _ respond: @escaping @Sendable (Message, Parameters) async throws -> ByteBuffer
    ) -> [Endpoint] {
        methods.map { Endpoint(method: $0, path: path, scope: .read, shape: shape, respond: respond) }
    }

    /// A call that changes something.
    static func writing(
        _ method: HTTPRequest.Method,
        at path: String,
        _ shape: Shape = .empty,
        _ respond: @escaping @Sendable (Message, Parameters) async throws -> ByteBuffer
    ) -> [Endpoint] {
        [Endpoint(method: method, path: path, scope: .write, shape: shape, respond: respond)]
    }

    func add(to router: Router<APIContext>) {
        for prefix in ["api", "ajax-api"] {
            router.on("/\(prefix)/2.0/mlflow/\(path)", method: method) { request, context in
                try context.require(scope)
                let message = try await RequestReader.message(of: request, as: shape)
                return Response.json(try await respond(message, context.parameters))
            }
        }
    }
}

extension ByteBuffer {
    /// The answer that says nothing but that it was done.
    static var emptyAnswer: ByteBuffer { ByteBuffer(string: "{}") }
}

extension Parameters {
    /// A part of the path, decoded.
    public func text(_ name: String) throws -> String { FormDecoding.path(try require(name)) }
}
