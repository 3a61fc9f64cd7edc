internal import ArgumentParser
internal import CommandSupport
internal import JobSubmission
internal import SubmissionOptions

struct Train: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Queue a job that trains a random forest, or a sweep of them.",
        discussion: """
            Options of the forest have scikit-learn's names, meaning and defaults. Seeds that are not given are drawn and \
            recorded, so that every run can be repeated.

            Values separated by commas make a sweep: a job for each combination, or for --sample of them, and one that sums \
            up when all have ended: which is best by --if-better (default: rmse, or accuracy), with a plot. Their runs are \
            children of its run. Split and seed are the same for all. Without --wait, prints the ids of the jobs, the one \
            that sums up last; cancelling that one cancels all.

            --shards divides the trees of one large forest among several jobs. The last job puts them together when all have \
            succeeded, and is the one that measures, plots and registers; it stands for all when they are cancelled or retried.

            Example:
              submit train --data houses.csv --target price --n-estimators 200 \\
                --experiment houses --wait
            Example: a grid of nine, of which the best becomes the champion
              submit train --n-estimators 50,100,200 --max-depth 5,10,none \\
                --register forest --alias champion --if-better rmse --wait
            """
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var job: TrainOptions

    @OptionGroup(title: "Waiting") var waiting: WaitOptions

    func run() async throws {
        let request = try job.request
        try await Submission(database: database, waiting: waiting).run { service in
            try await service.submitAll(request)
        }
    }
}
