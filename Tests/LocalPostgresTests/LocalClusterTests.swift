import FoundationEssentials
import Glibc
import Postgres
import TestSupport
import Testing

@testable import LocalPostgres

@Suite(.serialized, .timeLimit(.minutes(5)))
struct LocalClusterTests {
    @Test("From nothing to a migrated database, and again after a stop")
    func lifeCycle() async throws {
        try await TemporaryHome.with { home in
            let cluster = LocalCluster(home: home)
            #expect(cluster.status().state == .absent)
            #expect(try await cluster.stop() == false)
            let configuration = try await cluster.start()
            let connection = PostgresConnection(configuration)
            try await connection.execute("create table public.kept (n int)")
            #expect(try await connection.execute("select from coppice.run_history") == 0)
            guard case .running(let process) = cluster.status().state else {
                Issue.record("\(cluster.status())")
                return
            }
            #expect(getsid(process) != getsid(0), "the terminal's signals must not reach the server")
            #expect(try await cluster.start() == configuration)
            #expect(cluster.url == configuration.uri)

            #expect(try await cluster.stop())
            #expect(cluster.status().state == .stopped)
            #expect(cluster.url == nil)
            try await cluster.start()
            #expect(try await connection.execute("select from kept") == 0)
        }
    }

    @Test("Programs that start at once get one cluster")
    func together() async throws {
        try await TemporaryHome.with { home in
            let found = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        let connection = PostgresConnection(try await LocalCluster(home: home).start())
                        return try await connection.withSession { session in
                            try session.execute("select system_identifier from pg_control_system()").int(0, 0)
                        }
                    }
                }
                return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
            }
            #expect(found.count == 1)
        }
    }

    @Test("Only the server's user can get to the socket, and any role can log in there")
    func access() async throws {
        try await TemporaryHome.with { home in
            let configuration = try await LocalCluster(home: home, settings: .disposable).start()
            var info = stat()
            #expect(stat(try #require(configuration["host"]), &info) == 0)
            #expect(info.st_mode & 0o777 == 0o700)
            #expect(info.st_uid == (try ServerUser.current().id))
            let connection = PostgresConnection(configuration)
            try await connection.execute("create role analyst login in role coppice_reader")
            let addresses = try await connection.withSession { session in
                try session.execute("select current_setting('listen_addresses')").string(0, 0)
            }
            #expect(addresses == "")
            var asAnalyst = configuration
            asAnalyst["user"] = "analyst"
            #expect(try await PostgresConnection(asAnalyst).execute("select from coppice.run_history") == 0)
        }
    }

    @Test("A wrong password is refused at once, and shows nowhere")
    func wrongPassword() async throws {
        try await TemporaryHome.with { home in
            let cluster = LocalCluster(home: home, settings: .disposable)
            var configuration = try await cluster.start()
            let administration = PostgresConnection(configuration)
            try await administration.execute("create role guarded login password 'right-one'")
            let rules = try #require(cluster.status().dataDirectory) + "/pg_hba.conf"
            try "local all guarded scram-sha-256\nlocal all all trust\n".write(
                toFile: rules,
                atomically: false,
                encoding: .utf8
            )
            try await administration.execute("select pg_reload_conf()")
            configuration["user"] = "guarded"
            configuration["password"] = "wrong-one"
            configuration.connectRetryLimit = .seconds(3_600)
            var refusal: PostgresError?
            // Until the server has read its rules, it lets everybody in.
            while refusal == nil {
                do {
                    try await PostgresConnection(configuration).connect()
                } catch let error as PostgresError {
                    refusal = error
                }
            }
            #expect(refusal?.code == .connectionFailed)
            #expect(refusal?.sqlState == .invalidPassword)
            #expect(!String(reflecting: refusal).contains("wrong-one"))
            configuration["password"] = "right-one"
            #expect(try await PostgresConnection(configuration).execute("select 1") == 1)
        }
    }

    @Test("A long path has its socket elsewhere")
    func longPath() async throws {
        try await TemporaryHome.with { home in
            let long = home + "/" + String(repeating: "long-", count: 20)
            let cluster = LocalCluster(home: long, settings: .disposable)
            let configuration = try await cluster.start()
            let directory = try #require(configuration["host"])
            #expect(directory.hasPrefix("/tmp/coppice-"))
            #expect(try await PostgresConnection(configuration).execute("select 1") == 1)
            #expect(cluster.runningConfiguration() == configuration)
            try await cluster.kill()
            try FileManager.default.removeItem(atPath: directory)
        }
    }

    @Test("A home that the server's user cannot enter gets its files elsewhere", .enabled(if: getuid() == 0))
    func unreachable() async throws {
        try await TemporaryHome.with { home in
            let closed = home + "/closed"
            mkdir(home, 0o755)
            mkdir(closed, 0o700)
            var cluster = LocalCluster(home: closed + "/.coppice", settings: .disposable)
            cluster.files.elsewhere = home + "/elsewhere"
            let configuration = try await cluster.start()
            #expect(try #require(configuration["host"]).hasPrefix(home + "/elsewhere/"))
            #expect(try await cluster.start() == configuration)
            try await cluster.kill()

            cluster.files.elsewhere = closed + "/as-closed"
            try FileManager.default.removeItem(atPath: closed + "/.coppice/postgres")
            let error = try await #require(throws: LocalPostgresError.self) { try await cluster.start() }
            #expect(error.code == .unreachableDirectory)
            #expect("\(error)".contains("COPPICE_HOME"))
        }
    }

    @Test("The log does not grow without bound")
    func log() async throws {
        try await TemporaryHome.with { home in
            let cluster = LocalCluster(home: home, settings: .disposable)
            try await cluster.startServer()
            try await cluster.stop()
            let log = try #require(cluster.status().logFile)
            try String(repeating: "x", count: 2 << 20).write(toFile: log, atomically: false, encoding: .utf8)
            try await cluster.startServer()
            #expect(try #require(FileManager.default.contents(atPath: log)).count < 1 << 20)
            #expect(FileManager.default.fileExists(atPath: log + ".1"))
        }
    }
}
