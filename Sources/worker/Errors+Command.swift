public import Artifacts
public import CommandSupport
public import MetricsEndpoint

extension ArtifactError: CommandError {}
extension EndpointError: CommandError {}
