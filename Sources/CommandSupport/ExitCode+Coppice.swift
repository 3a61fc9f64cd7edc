public import ArgumentParser

/// What a program says to the shell. 0, 1 and 64 are ArgumentParser's `success`, `failure` and `validationFailure`.
extension ExitCode {
    /// 69: the database or the artifact store cannot be reached or used.
    public static let unavailable = ExitCode(69)
    /// 70: a bug of ours.
    public static let internalError = ExitCode(70)
    /// 75: gave up waiting; the job goes on.
    public static let gaveUpWaiting = ExitCode(75)
    /// 130: interrupted from the keyboard.
    public static let interrupted = ExitCode(130)
}
