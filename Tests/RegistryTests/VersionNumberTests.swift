import Dispatch
import Postgres
import Registry
import TestSupport
import Testing

@Suite(.database, .timeLimit(.minutes(10)))
struct VersionNumberTests {
    private struct Abandoned: Error {}

    @Test("A client that falls silent after it registered a version does not hold up the others for good")
    func silent() async throws {
        let database = try testDatabase()
        let (sleeper, other) = (database.connect(), database.connect())
        let registered = DispatchSemaphore(value: 0)
        let isOver = DispatchSemaphore(value: 0)
        let silent = Task {
            try await sleeper.withTransaction { session in
                let number = try RegistryStore.registerVersion(
                    NewModelVersion(model: "raced", source: "a"),
                    in: session
                )
                registered.signal()
                // Longer than anybody should have to wait.
                isOver.wait()
                return number
            }
        }
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "waiting").async {
                registered.wait()
                continuation.resume()
            }
        }
        let number = try await other.withTransaction { session in
            try RegistryStore.registerVersion(NewModelVersion(model: "raced", source: "b"), in: session)
        }
        isOver.signal()
        #expect(number == 1)
        await #expect(throws: PostgresError.self) { _ = try await silent.value }
    }

    @Test("Racing transactions, a third of which roll back, get numbers without gaps")
    func gapFree() async throws {
        let database = try testDatabase()
        let connections = (0..<6).map { _ in database.connect() }

        let committed = try await withThrowingTaskGroup(of: [Int].self) { group in
            for (index, connection) in connections.enumerated() {
                group.addTask {
                    var numbers: [Int] = []
                    for attempt in 0..<20 {
                        do {
                            let number = try await connection.withTransaction { session in
                                let number = try RegistryStore.registerVersion(
                                    NewModelVersion(model: "raced", source: "\(index)"),
                                    in: session
                                )
                                if (attempt + index) % 3 == 0 { throw Abandoned() }
                                return number
                            }
                            numbers.append(number)
                        } catch is Abandoned {
                            continue
                        }
                    }
                    return numbers
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }

        #expect(committed.sorted() == Array(1...80))
        let store = RegistryStore(pool: database.pool())
        #expect(try await store.versions(of: "raced").map(\.version) == Array((1...80).reversed()))
    }

    @Test("The number of a deleted version is not given again")
    func neverReused() async throws {
        let fixture = try Fixture()
        try await fixture.register("m")
        try await fixture.register("m")

        try await fixture.store.deleteVersion(2, of: "m")

        #expect(try await fixture.register("m") == 3)
        #expect(try await fixture.store.versions(of: "m").map(\.version) == [3, 1])
    }

    @Test("A job registers one version at most")
    func onePerJob() async throws {
        let fixture = try Fixture()
        try await fixture.register("m", job: 7)

        await expect(.alreadyExists, "job 7") { try await fixture.register("m", job: 7) }

        #expect(try await fixture.register("m", job: 8) == 2)
        #expect(try await fixture.store.version(ofJob: 8)?.version == 2)
        #expect(try await fixture.store.version(ofJob: 9) == nil)
    }

    @Test("A version is read back with all that was said of it")
    func roundTrip() async throws {
        let fixture = try Fixture()
        let run = try await fixture.makeRun()
        let logged = try await fixture.makeModel(run: run.number, path: "model")
        _ = try await fixture.store.createModel(named: "m")

        let version = try await fixture.store.createVersion(
            NewModelVersion(
                model: "m",
                source: "models:/\(logged.id)",
                run: run.number,
                loggedModel: logged.number,
                user: "ada",
                description: "first",
                tags: ["a": "b"]
            )
        )

        #expect(version == (try await fixture.store.version(1, of: "m")))
        #expect(version.run == run.id)
        #expect(version.runNumber == run.number)
        #expect(version.loggedModel == logged.id)
        #expect(version.status == .ready)
        #expect(version.stage == .none)
        #expect(version.user == "ada")
        #expect(version.description == "first")
        #expect(version.tags == ["a": "b"])
        #expect(try await fixture.store.versions(ofRun: run.number) == [version])
        await expect(.notFound) { _ = try await fixture.store.createVersion(NewModelVersion(model: "n", source: "")) }
    }
}
