public import Artifacts
public import CommandSupport

extension ArtifactError: CommandError {}
