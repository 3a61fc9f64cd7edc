internal import Threads

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

extension LocalCluster {
    /// Stops the server; open connections are cut and their transactions rolled back. `false` if none was running.
    @discardableResult
    public func stop() async throws -> Bool {
        // SIGINT is PostgreSQL's "fast" shutdown: nobody is waited for, nothing is lost.
        try await signal(SIGINT)
    }

    /// Ends the server at once, as a crash would. For clusters that are thrown away.
    @discardableResult
    public func kill() async throws -> Bool {
        try await signal(SIGQUIT)
    }

    private func signal(_ signal: Int32) async throws -> Bool {
        guard files.base != nil else { return false }
        return try await CachedThreadPool.shared.run {
            let lock = try FileLock.wait(for: files.lock)
            defer { withExtendedLifetime(lock) {} }
            guard let base = files.base,
                let server = ServerProcess(dataDirectory: ClusterFiles.data(base))
            else { return false }
            try stop(server, with: signal)
            return true
        }
    }

    func stop(_ server: ServerProcess, with signal: Int32 = SIGINT) throws(LocalPostgresError) {
        guard Glibc.kill(server.id, signal) == 0 || errno == ESRCH else {
            throw .system("cannot stop the private PostgreSQL (process \(server.id))", .stopFailed)
        }
        let start = ContinuousClock.now
        while server.isRunning {
            guard ContinuousClock.now - start < Self.patience else {
                throw LocalPostgresError(
                    .stopFailed,
                    "the private PostgreSQL (process \(server.id)) does not stop; see server.log in \(files.home)/postgres"
                )
            }
            usleep(2_000)
        }
    }
}
