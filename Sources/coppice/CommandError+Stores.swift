public import CommandSupport
public import Jobs

extension JobError: CommandError {}
