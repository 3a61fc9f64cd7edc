public import ArgumentParser
public import Artifacts
public import CommandSupport
public import Datasets
public import JobSubmission
public import Jobs
public import ModelFormat
public import Registry
public import Tracking

// What a submission may be refused with is all about what was typed.
extension SubmissionError: CommandError {}
extension DataError: CommandError {}
extension JobError: CommandError {}
extension ModelError: CommandError {}
extension RegistryError: CommandError {}
extension TrackingError: CommandError {}

extension ArtifactError: CommandError {
    /// 69 for a store that is full, broken or not there.
    public var exitCode: ExitCode {
        switch code {
        case .storageFull, .storageFailed, .corrupt, .conflict: .unavailable
        default: .validationFailure
        }
    }
}
