internal import ArgumentParser
internal import Artifacts
internal import CommandSupport
internal import DataAccess
internal import Foundation
internal import JobHandlers
internal import Jobs
internal import Tracking

struct ReproduceRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reproduce",
        abstract: "Train a run's forest again, here, and compare it with the one that was logged.",
        discussion: """
            Nothing is stored. Exit code 0: the model is the same to the last bit; 1: it is not.

            Example: coppice runs reproduce 3f2a
            """
    )

    @OptionGroup var database: DatabaseOptions

    @Argument(help: "The run's id, or the first few digits of it.")
    var run: String

    func run() async throws {
        let pool = try await database.open(program: "coppice runs", size: 2)
        let artifacts = ArtifactStore(pool: pool, root: try ArtifactRoot.fromEnvironment())
        let run = try await TrackingStore(pool: pool).run(startingWith: run)
        guard let job = run.job else {
            throw CommandFailure("run \(run.shortID) was not made by a job: only those can be reproduced")
        }
        let told = try await JobStore(pool: pool).spec(
            of: Job.ID(rawValue: job),
            kind: TrainForest.kind,
            as: TrainForest.self
        )
        let path = try ArtifactPath("\(told.modelName)/model.onnx")
        guard let logged = try await artifacts.info(path, of: run.artifactOwner) else {
            throw CommandFailure("run \(run.shortID) has no \(path): it has not logged its model, or it failed")
        }

        let bar = ProgressBar("run \(run.shortID)")
        let reproduction: ForestReproduction
        do {
            reproduction = try await ForestReproduction(
                told,
                data: DataLoader(artifacts: artifacts, queries: try QueryReader(pool: pool))
            ) {
                bar.update(stage: "training", fraction: $0)
            }
        } catch let failure as JobFailure {
            bar.finish()
            throw CommandFailure("run \(run.shortID) cannot be trained again: \(failure)", exitCode: .failure)
        }
        bar.finish()
        guard reproduction.digest == logged.digest else {
            throw CommandFailure(
                "run \(run.shortID): trained again, \(path) has another digest: \(reproduction.digest) instead of "
                    + "\(logged.digest)",
                exitCode: .failure
            )
        }
        print("\(path): the same, sha256 \(logged.digest)")
    }
}
