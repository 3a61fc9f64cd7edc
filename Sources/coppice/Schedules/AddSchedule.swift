internal import ArgumentParser
internal import Artifacts
internal import CommandSupport
internal import Foundation
internal import JobSubmission
internal import Jobs
internal import Postgres
internal import SubmissionOptions

struct AddSchedule: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Queue a job again and again.",
        discussion: """
            After `--` comes what `submit` takes, without --after, --at, --delay and what is about waiting. It is checked \
            now; tables and queries are read anew at each tick, and seeds that are not given are drawn anew. A sweep is a \
            sweep at each tick, of the same points: those of a --sample are drawn now. With --unique, a tick queues nothing \
            while the job of an earlier one has not ended.

            --cron has the five fields of crontab(5): minute, hour, day of the month, month, day of the week, as numbers, \
            names, ranges, steps and lists; or @hourly, @daily, @weekly, @monthly, @yearly.

            Where the clocks change: an expression whose hours begin with * goes by the time that passes. Any other goes by \
            the clock on the wall: a time that is skipped comes once it has been skipped, one that comes twice counts the \
            first time.

            Workers queue what is due; each tick is queued once, however many there are.

            Example:
              coppice schedules add nightly --cron '0 3 * * *' \\
                --time-zone Europe/Berlin -- train --data table:public.sales \\
                --register sales --alias champion --if-better rmse
            """
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "A name for it: letters, digits, '_', '.' and '-'.")
    var name: String

    @Option(help: ArgumentHelp("When, such as '0 3 * * mon-fri' or @daily.", valueName: "expression"))
    var cron: String

    @Option(help: ArgumentHelp("Whose clocks --cron goes by; a name from pg_timezone_names.", valueName: "zone"))
    var timeZone = "UTC"

    @Option(help: "Of ticks that came while no worker ran: skip them, queue the last one, or all.")
    var missed = MissedTicks.last

    @Argument(parsing: .postTerminator, help: "train or predict, with the options of `submit`.")
    var job: [String] = []

    func run() async throws {
        let job = try ScheduledJob(arguments: job)
        let pool = try await database.open(program: "coppice schedules", size: 2)
        let service = try SubmissionService(
            pool: pool,
            artifacts: ArtifactStore(pool: pool, root: try ArtifactRoot.fromEnvironment()),
            submitter: Submitter(user: NSUserName(), program: "coppice schedules")
        )
        var request = ScheduleRequest(name: name, cron: cron)
        request.timeZone = timeZone
        request.missed = missed
        request.arguments = self.job
        let next =
            switch job {
            case .train(let train): try await service.schedule(request, train)
            case .predict(let predict): try await service.schedule(request, predict)
            }
        if output.json {
            JSON.object([.init("name", .string(name)), .init("next_tick", .date(next))]).print()
        } else {
            print("schedule \(name): due first at \(HumanReadable.timestamp(next)), \(HumanReadable.relative(next))")
        }
    }
}
