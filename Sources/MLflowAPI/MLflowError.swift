public import HTTPTypes
public import Hummingbird

/// An error as MLflow's clients understand it: a code, a status that follows from it, and a sentence.
public struct MLflowError: Error, Sendable, Equatable {
    /// MLflow's codes that this server uses; new ones may be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// As it is written on the wire.
        public let description: String
        public let status: HTTPResponse.Status
        /// MLflow's finer classification, where it has one.
        let errorClass: String?

        private init(_ description: String, _ status: HTTPResponse.Status, _ errorClass: String?) {
            self.description = description
            self.status = status
            self.errorClass = errorClass
        }

        public static let badRequest = Code("BAD_REQUEST", .badRequest, "INVALID_PARAMETER_VALUE")
        public static let invalidParameterValue =
            Code("INVALID_PARAMETER_VALUE", .badRequest, "INVALID_PARAMETER_VALUE")
        public static let resourceAlreadyExists =
            Code("RESOURCE_ALREADY_EXISTS", .badRequest, "RESOURCE_ALREADY_EXISTS")
        public static let resourceDoesNotExist = Code("RESOURCE_DOES_NOT_EXIST", .notFound, "RESOURCE_NOT_FOUND")
        public static let endpointNotFound = Code("ENDPOINT_NOT_FOUND", .notFound, "RESOURCE_NOT_FOUND")
        public static let unauthenticated = Code("UNAUTHENTICATED", .unauthorized, nil)
        public static let permissionDenied = Code("PERMISSION_DENIED", .forbidden, "PERMISSION_DENIED")
        public static let requestTooLarge = Code("BAD_REQUEST", .contentTooLarge, "INVALID_PARAMETER_VALUE")
        public static let notImplemented = Code("NOT_IMPLEMENTED", .notImplemented, nil)
        public static let temporarilyUnavailable =
            Code("TEMPORARILY_UNAVAILABLE", .serviceUnavailable, "CLIENT_INTERNAL_ERROR")
        public static let internalError = Code("INTERNAL_ERROR", .internalServerError, "CLIENT_INTERNAL_ERROR")
    }

    public let code: Code
    /// One sentence for a user.
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension MLflowError: CustomStringConvertible {
    public var description: String { "\(code): \(message)" }
}

extension MLflowError: HTTPResponseError {
    public var status: HTTPResponse.Status { code.status }

    public func response(from request: Request, context: some RequestContext) -> Response { response }

    /// What is sent.
    public var response: Response {
        let body = JSONWriter.buffer { writer in
            writer.object { error in
                error.member("error_code", code.description)
                error.member("message", message)
                if let errorClass = code.errorClass {
                    error.member("sqlstate", errorClass == "CLIENT_INTERNAL_ERROR" ? "XXM00" : "KAM00")
                    error.member("error_class", errorClass)
                }
            }
        }
        var response = Response.json(body, status: status)
        if code == .temporarilyUnavailable { response.headers[.retryAfter] = "1" }
        if code == .unauthenticated { response.headers[.wwwAuthenticate] = #"Basic realm="coppice", charset="UTF-8""# }
        return response
    }
}

extension Response {
    static func json(_ body: ByteBuffer, status: HTTPResponse.Status = .ok) -> Response {
        Response(status: status, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: body))
    }
}
