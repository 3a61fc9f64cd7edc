public import ArgumentParser
public import Artifacts
public import CommandSupport
public import Jobs
public import Registry
public import Tracking

extension JobError: CommandError {}
extension TrackingError: CommandError {}
extension RegistryError: CommandError {}

extension ArtifactError: CommandError {
    /// 69 for a store that is full, broken or not there.
    public var exitCode: ExitCode {
        switch code {
        case .storageFull, .storageFailed, .corrupt, .conflict: .unavailable
        default: .validationFailure
        }
    }
}
