internal import ArgumentParser
internal import Artifacts
internal import CommandSupport
internal import Tracking

struct GetArtifacts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Copy an artifact, or a folder of them, out of the store.",
        discussion: """
            Every file is checked against its SHA-256, and appears complete or not at all. An existing file of the same \
            name is replaced.

            Example: a plot, into this folder
              coppice artifacts get 3f2a scatter.png
            Example: a model folder under another name
              coppice artifacts get 3f2a model_diabetes ./model
            Example: metrics to another program
              coppice artifacts get 3f2a metrics.json - | jq .rmse
            """
    )

    @OptionGroup var database: DatabaseOptions

    @Argument(help: "The run's id, or the first few digits of it.")
    var run: String
    @Argument(help: "A file or a folder; `.` for everything.")
    var path: String
    @Argument(
        help: "Where to: a folder to copy into, or a new name; `-` prints a file. Without it, this folder."
    )
    var destination: String?

    func run() async throws {
        let wanted = path == "." || path == "/" ? nil : try ArtifactPath(path)
        let (store, run) = try await database.artifacts(of: run)
        if destination == "-" {
            guard let wanted else { throw CommandFailure("'-' prints one file: name it") }
            for try await chunk in try await store.open(wanted, of: run.artifactOwner) {
                try StandardOutput.write(chunk)
            }
            return
        }
        let target = destination ?? wanted?.name ?? run.id.rawValue
        let result = try await store.download(wanted, of: run.artifactOwner, to: target)
        let count = result.fileCount == 1 ? "1 file" : "\(result.fileCount) files"
        print("\(result.destination): \(count), \(HumanReadable.byteCount(result.size))")
    }
}
