internal import ArgumentParser
internal import CommandSupport
internal import JobSubmission
internal import SubmissionOptions

struct Train: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Queue a job that trains a random forest.",
        discussion: """
            Options of the forest have scikit-learn's names, meaning and defaults. Seeds that are not given are drawn and \
            recorded, so that every run can be repeated.

            Example:
              submit train --data houses.csv --target price --n-estimators 200 --experiment houses --wait
            """
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var job: TrainOptions
    @OptionGroup(title: "Waiting") var waiting: WaitOptions

    func run() async throws {
        let request = try job.request
        try await Submission(database: database, waiting: waiting).run { service in
            try await service.submit(request)
        }
    }
}
