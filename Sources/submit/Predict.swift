internal import ArgumentParser
internal import CommandSupport
internal import JobSubmission
internal import SubmissionOptions

struct Predict: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Queue a job that predicts rows with a model.",
        discussion: """
            The model is models:/NAME/VERSION, models:/NAME/latest, models:/NAME@ALIAS, runs:/RUN_ID/PATH or job:ID, which \
            is what that job will make. Columns are found by name; a column that the model does not take is ignored.

            With --wait, prints one prediction a line.
            """
    )

    @OptionGroup var database: DatabaseOptions

    @OptionGroup var job: PredictOptions

    @Option(help: ArgumentHelp("Write the predictions to this file instead; implies --wait.", valueName: "file"))
    var output: String?

    @OptionGroup(title: "Waiting") var waiting: WaitOptions

    func run() async throws {
        let request = try job.request
        let file = try output.map(OutputFile.init)
        var waiting = self.waiting
        if file != nil { waiting.wait = true }
        try await Submission(database: database, waiting: waiting, output: file).run { service in
            [try await service.submit(request)]
        }
    }
}
