internal import Artifacts
internal import Datasets
internal import DecisionForests
internal import Jobs
internal import ModelFormat
internal import Postgres
internal import Registry
internal import Tracking

/// Runs `body`; an error that the same job would meet again becomes a permanent failure.
func withPermanentFailures<Value>(_ body: () async throws -> Value) async throws -> Value {
    do {
        return try await body()
    } catch {
        throw permanentFailure(error) ?? error
    }
}

/// The same for what a job publishes.
func withPermanentRefusals(
    in session: borrowing Session,
    _ body: (borrowing Session) throws -> Void
) throws {
    do {
        try body(session)
    } catch {
        throw permanentFailure(error) ?? error
    }
}

/// nil: trying again may help.
private func permanentFailure(_ error: any Error) -> JobFailure? {
    switch error {
    case let error as DataError: .permanent(error.description)
    case let error as TrainingError: .permanent(error.description)
    case let error as ModelError: .permanent(error.description)
    case let error as RegistryError where error.code != .pending: .permanent(error.description)
    case let error as TrackingError where error.code != .conflict: .permanent(error.description)
    case let error as ArtifactError
    where error.code == .notFound || error.code == .corrupt || error.code == .invalidPath:
        .permanent(error.description)
    default: nil
    }
}

extension ClaimedJob {
    /// What the handler is told.
    /// - Throws: `JobFailure`, permanent: another version of the program wrote it.
    func decodeSpec<Spec: Decodable>(_ type: Spec.Type) throws -> Spec {
        do {
            return try spec.decode(type)
        } catch {
            throw JobFailure.permanent(
                "what the job is told cannot be read by this worker: run a worker of the version that submitted it"
            )
        }
    }
}
