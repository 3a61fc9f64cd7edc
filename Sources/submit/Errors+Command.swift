public import ArgumentParser
public import Artifacts
public import CommandSupport
public import Datasets
public import JobSubmission
public import Jobs
public import ModelFormat
public import Registry
public import Tracking

extension SubmissionError: CommandError {}
extension DataError: CommandError {}
extension JobError: CommandError {}
extension ModelError: CommandError {}
extension RegistryError: CommandError {}
extension TrackingError: CommandError {}
extension ArtifactError: CommandError {
    public var exitCode: ExitCode {
        code == .storageFull || code == .storageFailed ? .unavailable : .validationFailure
    }
}
