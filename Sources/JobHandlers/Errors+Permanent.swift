internal import Artifacts
internal import Datasets
internal import DecisionForests
internal import Jobs
internal import ModelFormat
internal import Postgres
internal import Registry

/// Runs `body`; an error that the same job would meet again becomes a permanent failure.
func permanentDataErrors<Value>(_ body: () async throws -> Value) async throws -> Value {
    do {
        return try await body()
    } catch let error as DataError {
        throw JobFailure.permanent(error.description)
    } catch let error as TrainingError {
        throw JobFailure.permanent(error.description)
    } catch let error as ModelError {
        throw JobFailure.permanent(error.description)
    } catch let error as RegistryError where error.code == .notFound || error.code == .malformedURI {
        throw JobFailure.permanent(error.description)
    } catch let error as ArtifactError where error.code == .notFound || error.code == .corrupt {
        throw JobFailure.permanent(error.description)
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
