import Foundation
import Postgres

/// A real PgBouncer in transaction mode in front of a test's database; killed when nobody holds it any more.
final class PgBouncer: Sendable {
    /// Debian keeps it where only administrators look.
    static let program: String? = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    /// The URI of the database through it.
    let url: String
    private let process = Process()
    private let folder: URL

    /// Starts it, and waits until it takes connections. Two connections to the server serve everybody.
    init(_ program: String, to database: PostgresConfiguration) async throws {
        folder = URL(filePath: "/tmp").appending(path: "coppice-pgbouncer-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // As root it runs under the user of the server.
        chmod(folder.path, 0o777)
        let file = folder.appending(path: "pgbouncer.ini")
        try Data(
            """
            [databases]
            * = host=\(database["host"] ?? "") port=\(database["port"] ?? "5432") user=\(database["user"] ?? "postgres")
            [pgbouncer]
            pool_mode = transaction
            default_pool_size = 2
            auth_type = any
            listen_addr =
            listen_port = 6432
            unix_socket_dir = \(folder.path)
            ignore_startup_parameters = extra_float_digits,options
            """.utf8
        ).write(to: file)
        var parameters = database
        parameters["host"] = folder.path
        parameters["port"] = "6432"
        url = parameters.uri
        process.executableURL = URL(filePath: program)
        process.arguments = ["--quiet", file.path] + (geteuid() == 0 ? ["--user=postgres"] : [])
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        parameters.connectRetryLimit = .seconds(60)
        try await PostgresConnection(parameters).connect()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(at: folder)
    }
}
