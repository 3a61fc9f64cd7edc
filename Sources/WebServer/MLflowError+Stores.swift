internal import Access
internal import Artifacts
internal import Datasets
internal import Hummingbird
internal import JobSubmission
internal import Jobs
internal import MLflowAPI
internal import ModelFormat
internal import Postgres
internal import Registry
internal import Tracking

extension MLflowError {
    /// The same failure in MLflow's words. Errors that only a bug can cause become `internalError` without details.
    init(_ error: any Error) {
        switch error {
        case let error as MLflowError: self = error
        case let error as TrackingError: self.init(Self.code(error.code), error.description)
        case let error as RegistryError: self.init(Self.code(error.code), error.description)
        case let error as ArtifactError: self.init(Self.code(error.code), error.description)
        case let error as JobError:
            self.init(error.code == .notFound ? .resourceDoesNotExist : .invalidParameterValue, error.message)
        case let error as SubmissionError: self.init(.invalidParameterValue, error.description)
        case let error as DataError: self.init(.invalidParameterValue, error.description)
        case let error as ModelError: self.init(.invalidParameterValue, error.description)
        case let error as HTTPError where error.status.kind == .clientError:
            self.init(.badRequest, error.body ?? "\(error.status)")
        case let error as PostgresError where error.isUnavailable:
            self.init(.temporarilyUnavailable, "The database cannot be reached; try again in a moment.")
        case is CancellationError:
            self.init(.temporarilyUnavailable, "The request was given up before it was answered; try again.")
        case let error as PostgresError where error.sqlState == .queryCanceled || error.code == .cancelled:
            self.init(
                .temporarilyUnavailable,
                "The database took too long to answer; narrow the request, or try again."
            )
        case let error as PostgresError where error.isUnstorableText:
            self.init(.invalidParameterValue, "A value contains a character that PostgreSQL cannot keep.")
        default: self.init(.internalError, "An unexpected error occurred; the server's log has the details.")
        }
    }

    private static func code(_ code: TrackingError.Code) -> Code {
        switch code {
        case .notFound: .resourceDoesNotExist
        case .alreadyExists: .resourceAlreadyExists
        default: .invalidParameterValue
        }
    }

    private static func code(_ code: RegistryError.Code) -> Code {
        switch code {
        case .notFound, .pending, .unreadable: .resourceDoesNotExist
        case .alreadyExists: .resourceAlreadyExists
        default: .invalidParameterValue
        }
    }

    private static func code(_ code: ArtifactError.Code) -> Code {
        switch code {
        case .notFound: .resourceDoesNotExist
        case .alreadyExists: .resourceAlreadyExists
        case .storageFull, .storageFailed, .conflict, .changed: .temporarilyUnavailable
        case .corrupt: .internalError
        default: .invalidParameterValue
        }
    }
}

extension PostgresError {
    /// The server is gone, starting, stopping or out of something: trying again may help.
    fileprivate var isUnavailable: Bool {
        if code == .connectionFailed || code == .poolClosed || code == .commitUncertain || isConnectionLoss {
            return true
        }
        guard let sqlState else { return false }
        return ["08", "40", "53", "57", "58"].contains(sqlState.stateClass) && sqlState != .queryCanceled
            || sqlState == .readOnlyTransaction
    }

    /// NUL, which JSON can write and PostgreSQL's text cannot.
    fileprivate var isUnstorableText: Bool {
        sqlState == .characterNotInRepertoire || code == .invalidValue
    }
}
