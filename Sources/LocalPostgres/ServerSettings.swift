/// How a private server runs.
public struct ServerSettings: Sendable, Equatable {
    /// Settings by PostgreSQL's names, given on the command line so that a newer Coppice can change them.
    var parameters: [String: String]
    /// Whether `initdb` waits until everything is on disk.
    var isDurable: Bool

    /// For data that must survive a power cut.
    public static let durable = ServerSettings(parameters: common, isDurable: true)

    /// For tests: fast, and lost when the machine stops.
    public static let disposable = ServerSettings(
        parameters: common.merging([
            "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off",
            // Tests ask in which order things were committed.
            "track_commit_timestamp": "on",
            "max_connections": "300", "max_wal_size": "4GB", "checkpoint_timeout": "1h",
        ]) { $1 },
        isDurable: false
    )

    /// The same with one setting changed, such as `work_mem`; the server checks it when it starts.
    public func setting(_ name: String, to value: String) -> ServerSettings {
        var result = self
        result.parameters[name] = value
        return result
    }

    private static let common = [
        "cluster_name": "coppice",
        // No TCP: the socket's directory decides who gets in.
        "listen_addresses": "", "port": "5432", "unix_socket_permissions": "0777",
        "max_connections": "200",
        // Short statements never earn back the compilation of their plans.
        "jit": "off",
        // Errors of statements go to the client. The log keeps starts, stops and crashes, and so stays small.
        "log_min_messages": "log", "log_checkpoints": "off", "logging_collector": "off", "log_destination": "stderr",
    ]
}
