import Foundation
import Postgres

@testable import ChaosSupport
@testable import LocalPostgres

/// A synchronous standby of a server: a commit that was acknowledged is on both.
struct StandbyServer {
    let configuration: PostgresConfiguration
    let connection: PostgresConnection

    /// Copies the primary, starts, and waits until commits wait for it. It ends with the files of `home`.
    init(of primary: ChaosServer, in home: URL) async throws {
        let user = try ServerUser.current()
        let programs = try ServerPrograms.find(environment: ProcessInfo.processInfo.environment)
        // The server's own folder is where its user may write.
        let base = home.appending(path: "standby").path
        try user.makePrivateDirectory(base)
        let data = base + "/data"
        // A private cluster lets nobody replicate it.
        let rules = home.appending(path: "server/postgres/data/pg_hba.conf")
        try (String(contentsOf: rules, encoding: .utf8) + "local replication all trust\n")
            .write(to: rules, atomically: false, encoding: .utf8)
        try await primary.execute("select pg_reload_conf()")
        let copied = try Subprocess.run(
            user.command([
                programs.directory + "/pg_basebackup", "--pgdata", data, "--write-recovery-conf", "--no-sync",
                "--checkpoint", "fast", "--dbname", primary.configuration.connectionString,
            ]),
            in: base
        )
        guard copied.status == 0 else { throw Failure(description: copied.output) }
        let started = try Subprocess.run(
            user.command([
                "setsid", "--fork", programs.postgres, "-D", data, "-c", "listen_addresses=", "-c",
                "unix_socket_directories=\(base)", "-c", "fsync=off", "-c", "max_connections=300", "-c",
                "track_commit_timestamp=on", "-c", "hot_standby=on",
            ]),
            in: base,
            outputTo: home.appending(path: "standby.log").path
        )
        guard started.status == 0 else { throw Failure(description: started.output) }

        var configuration = primary.configuration
        configuration["host"] = base
        configuration["port"] = "5432"
        configuration.connectRetryLimit = .seconds(60)
        self.configuration = configuration
        connection = PostgresConnection(configuration)
        try await connection.connect()
        try await primary.configure("alter system set synchronous_standby_names = '*'")
        while try await primary.value(
            Int.self,
            "select count(*) from pg_stat_replication where sync_state = 'sync'"
        ) == 0 {}
    }

    /// Makes it the primary.
    func promote() async throws {
        try await connection.execute("select pg_promote(wait => true)")
    }

    func count(_ sql: SQL) async throws -> Int {
        try await connection.withSession { session in try session.execute(sql)[0].int(0) }
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }
}
