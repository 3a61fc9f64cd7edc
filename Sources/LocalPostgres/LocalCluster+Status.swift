internal import Postgres

extension LocalCluster {
    /// What there is of the cluster.
    public struct Status: Sendable, Equatable {
        public enum State: Sendable, Equatable {
            /// It was never started.
            case absent
            case stopped
            case running(processID: Int32)
        }

        public let state: State
        public let home: String
        /// The files of the cluster, if there is one.
        public let dataDirectory: String?
        public let logFile: String?
        /// PostgreSQL's major version that made the cluster.
        public let majorVersion: Int?
    }

    public func status() -> Status {
        guard let base = files.base else {
            return Status(state: .absent, home: home, dataDirectory: nil, logFile: nil, majorVersion: nil)
        }
        let data = ClusterFiles.data(base)
        guard let version = Initialiser.majorVersion(of: data) else {
            return Status(state: .absent, home: home, dataDirectory: nil, logFile: nil, majorVersion: nil)
        }
        let server = ServerProcess(dataDirectory: data)
        return Status(
            state: server.map { .running(processID: $0.id) } ?? .stopped,
            home: home,
            dataDirectory: data,
            logFile: ClusterFiles.log(base),
            majorVersion: version
        )
    }

    /// The URI of the database, for other programs; `nil` while the server is stopped.
    public var url: String? { runningConfiguration()?.uri }
}
