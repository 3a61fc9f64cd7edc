internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// Reads messages from requests as MLflow's server does.
enum RequestReader {
    /// The largest body of a call that takes JSON: a dataset's profile may have 16 MB.
    static let maximumBodySize = 32 << 20

    /// Throws `MLflowError`.
    static func message(of request: Request, as shape: Shape) async throws -> Message {
        if request.method == .get, let query = request.uri.query, !query.isEmpty {
            return try Message(try Query(query).json(as: shape), as: shape)
        }
        return try Message(try await json(of: request), as: shape)
    }

    /// The body of a request. Throws `MLflowError`.
    static func json(of request: Request) async throws -> JSONValue {
        try checkContentType(request)
        do {
            return json(try await request.body.collect(upTo: maximumBodySize))
        } catch is NIOTooManyBytesError {
            throw MLflowError(
                .requestTooLarge,
                "The body of the request has more than \(maximumBodySize) bytes; split it."
            )
        }
    }

    /// As MLflow, takes what is no JSON for an empty object; the missing parameters are named then.
    private static func json(_ body: ByteBuffer) -> JSONValue {
        let parsed = body.withUnsafeReadableBytes { try? JSONParser.parse($0) }
        // Old clients encode twice.
        if case .string(let text) = parsed {
            var text = text
            return text.withUTF8 { try? JSONParser.parse(UnsafeRawBufferPointer($0)) } ?? .object([])
        }
        guard let parsed, parsed != .null else { return .object([]) }
        return parsed
    }

    private static func checkContentType(_ request: Request) throws(MLflowError) {
        guard request.method == .post || request.method == .put else { return }
        guard let type = request.headers[.contentType] else {
            throw MLflowError(.invalidParameterValue, "Bad Request. Content-Type header is missing.")
        }
        guard type.prefix(while: { $0 != ";" }) == "application/json" else {
            throw MLflowError(.invalidParameterValue, "Bad Request. Content-Type must be one of ['application/json'].")
        }
    }
}
