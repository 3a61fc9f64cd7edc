internal import ArgumentParser
internal import CommandSupport

struct WaitOptions: ParsableArguments {
    @Flag(
        help: "Follow the job to its end. Ctrl-C stops waiting and leaves the job; a second one within 2 s cancels it."
    )
    var wait = false

    @Option(help: ArgumentHelp("Give up waiting after this long, with exit code 75.", valueName: "duration"))
    var waitTimeout: DurationArgument?

    @Flag(help: "Print one JSON object.")
    var json = false
}
