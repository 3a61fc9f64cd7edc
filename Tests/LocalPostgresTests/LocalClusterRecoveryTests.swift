import FoundationEssentials
import Glibc
import Postgres
import TestSupport
import Testing

@testable import LocalPostgres

/// A cluster that something happened to.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct LocalClusterRecoveryTests {
    @Test("A server that was killed comes back with what was committed")
    func killed() async throws {
        try await TemporaryHome.with { home in
            let cluster = LocalCluster(home: home)
            let connection = PostgresConnection(try await cluster.start())
            try await connection.execute("create table public.kept as select generate_series(1, 1000) as n")
            guard case .running(let process) = cluster.status().state else { return }
            #expect(kill(process, SIGKILL) == 0)
            while cluster.status().state != .stopped {}
            let configuration = try await cluster.start()
            #expect(try await PostgresConnection(configuration).execute("select from public.kept") == 1_000)
        }
    }

    @Test("A process number that another program has by now does not keep the server down")
    func reusedNumber() async throws {
        try await TemporaryHome.with { home in
            let cluster = LocalCluster(home: home, settings: .disposable)
            try await cluster.start()
            try await cluster.stop()
            let data = try #require(cluster.status().dataDirectory)
            try "\(getpid())\n\(data)\n1\n5432\n\n\n1 1\nready\n".write(
                toFile: data + "/postmaster.pid",
                atomically: false,
                encoding: .utf8
            )
            #expect(cluster.status().state == .stopped)
            try await cluster.start()
        }
    }

    @Test("A socket that was removed brings a new server")
    func lostSocket() async throws {
        try await TemporaryHome.with { home in
            let cluster = LocalCluster(home: home, settings: .disposable)
            let configuration = try await cluster.start()
            let socket = try #require(configuration["host"]) + "/.s.PGSQL.5432"
            try FileManager.default.removeItem(atPath: socket)
            #expect(try await PostgresConnection(cluster.start()).execute("select 1") == 1)
        }
    }

    @Test("What an interrupted start left is cleared away")
    func halfMade() async throws {
        try await TemporaryHome.with { home in
            let cluster = LocalCluster(home: home, settings: .disposable)
            let user = try ServerUser.current()
            try cluster.files.makeHome(for: user)
            let base = try cluster.files.makeDirectories(for: user)
            try FileManager.default.createDirectory(
                atPath: base + "/initialising-1/base",
                withIntermediateDirectories: true
            )
            try await cluster.start()
            #expect(!FileManager.default.fileExists(atPath: base + "/initialising-1"))
        }
    }

    @Test("A directory that is not ours is left alone")
    func notOurs() async throws {
        try await TemporaryHome.with { home in
            let cluster = LocalCluster(home: home, settings: .disposable)
            let user = try ServerUser.current()
            try cluster.files.makeHome(for: user)
            let data = try cluster.files.makeDirectories(for: user) + "/data"
            try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: false)
            try "mine".write(toFile: data + "/file", atomically: false, encoding: .utf8)
            let error = try await #require(throws: LocalPostgresError.self) { try await cluster.start() }
            #expect(error.code == .notOurs)
            #expect(FileManager.default.fileExists(atPath: data + "/file"))
        }
    }

    @Test("A cluster of another major version says what to install")
    func wrongVersion() async throws {
        try await TemporaryHome.with { home in
            let cluster = LocalCluster(home: home, settings: .disposable)
            let user = try ServerUser.current()
            try cluster.files.makeHome(for: user)
            let data = try cluster.files.makeDirectories(for: user) + "/data"
            try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: false)
            try "9\n".write(toFile: data + "/PG_VERSION", atomically: false, encoding: .utf8)
            let error = try await #require(throws: LocalPostgresError.self) { try await cluster.start() }
            #expect(error.code == .wrongVersion)
            #expect("\(error)".contains("postgresql-9"))
        }
    }

    @Test("A server that cannot start says why and where its log is")
    func cannotStart() async throws {
        try await TemporaryHome.with { home in
            let cluster = LocalCluster(home: home, settings: .disposable)
            try await cluster.start()
            try await cluster.stop()
            let data = try #require(cluster.status().dataDirectory)
            try FileManager.default.removeItem(atPath: data + "/global/pg_control")
            let error = try await #require(throws: LocalPostgresError.self) { try await cluster.start() }
            #expect(error.code == .startFailed)
            #expect("\(error)".contains("pg_control") && "\(error)".contains("server.log"), "\(error)")
        }
    }
}
