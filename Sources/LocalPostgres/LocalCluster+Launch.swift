internal import FoundationEssentials

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

extension LocalCluster {
    /// How long a server may take to come up or down. Recovery after a crash can take a while.
    static let patience: Duration = .seconds(60)

    /// Starts the server if it does not run, makes the cluster if there is none, and waits until it is ready.
    ///
    /// Blocks; the caller holds the lock. Returns the directory of the socket.
    func launch() throws(LocalPostgresError) -> String {
        let user = try ServerUser.current()
        let base = try files.makeDirectories(for: user)
        let data = ClusterFiles.data(base)
        try Initialiser(base: base, user: user, settings: settings, environment: environment).run()

        let socketDirectory = ClusterFiles.socketDirectory(base, user: user)
        let socket = socketDirectory + "/" + ClusterFiles.socketName
        if let server = ServerProcess(dataDirectory: data) {
            if server.phase != .stopping, try waitUntilReady(data, socket: socket, lifeline: nil) {
                return socketDirectory
            }
            // It is stopping, or its socket is gone and nobody will ever reach it.
            try stop(server)
        }
        if socketDirectory != base { try user.makePrivateDirectory(socketDirectory) }
        try start(base, socketDirectory: socketDirectory, user: user)
        return socketDirectory
    }

    private func start(_ base: String, socketDirectory: String, user: ServerUser) throws(LocalPostgresError) {
        let data = ClusterFiles.data(base)
        let log = ClusterFiles.log(base)
        let programs = try ServerPrograms.find(
            majorVersion: Initialiser.majorVersion(of: data),
            environment: environment
        )
        try clearAwayRemains(data, socketDirectory: socketDirectory)
        Self.rotate(log)
        let logStart = Self.size(log)

        var command = [programs.postgres, "-D", data]
        for (name, value) in settings.parameters.sorted(by: { $0.key < $1.key }) {
            command += ["-c", "\(name)=\(value)"]
        }
        command += ["-c", "unix_socket_directories=\(socketDirectory)"]
        // Every process of the server keeps the other end open: when it closes, the server has ended.
        let lifeline = try Subprocess.makePipe()
        defer { close(lifeline[0]) }
        // A session of its own: an interrupt from the terminal is for the command, not for the server.
        let outcome = Result { () throws(LocalPostgresError) in
            try Subprocess.run(
                user.command(["setsid", "--fork"] + command),
                in: base,
                outputTo: log,
                inherited: lifeline[1]
            )
        }
        close(lifeline[1])
        _ = try outcome.get()
        let isReady = try waitUntilReady(
            data,
            socket: socketDirectory + "/" + ClusterFiles.socketName,
            lifeline: lifeline[0]
        )
        guard isReady else {
            throw .failure(
                .startFailed,
                "the private PostgreSQL did not start",
                output: Self.read(log, from: logStart),
                log: log
            )
        }
    }

    /// Polls every 2 ms; `false` if the server ends before it is ready, or has no socket.
    private func waitUntilReady(
        _ data: String,
        socket: String,
        lifeline: Int32?
    ) throws(LocalPostgresError) -> Bool {
        let start = ContinuousClock.now
        while ContinuousClock.now - start < Self.patience {
            let server = ServerProcess(dataDirectory: data)
            if server?.phase == .ready { return UnixSocket.accepts(socket) }
            if let lifeline {
                var descriptor = pollfd(fd: lifeline, events: Int16(POLLIN), revents: 0)
                if poll(&descriptor, 1, 2) > 0 { return false }
            } else {
                guard let server, server.phase != .stopping else { return false }
                usleep(2_000)
            }
        }
        throw LocalPostgresError(
            .startFailed,
            "the private PostgreSQL is not ready after \(Self.patience.components.seconds) s; see server.log in \(files.home)/postgres"
        )
    }

    /// Removes what a killed server left behind and would refuse to start over.
    private func clearAwayRemains(_ data: String, socketDirectory: String) throws(LocalPostgresError) {
        let socket = socketDirectory + "/" + ClusterFiles.socketName
        let files: [String] = [data + "/postmaster.pid", socket + ".lock", socket]
        let remains = files.filter { access($0, F_OK) == 0 }
        guard !remains.isEmpty else { return }
        // Its processes notice that it is gone within moments; until then they may still write.
        let start = ContinuousClock.now
        while ServerProcess.hasProcesses(in: data) {
            guard ContinuousClock.now - start < .seconds(10) else {
                throw LocalPostgresError(
                    .startFailed,
                    "processes of a server that was killed still use \(data); end them first"
                )
            }
            usleep(2_000)
        }
        // The number in the files may belong to another program by now, or to a process that has ended and that nobody
        // has waited for; PostgreSQL would take either for a server.
        for path in remains { unlink(path) }
    }

    /// Keeps the log of one earlier stretch, so that it never takes more than about 2 MiB.
    private static func rotate(_ log: String) {
        if size(log) > 1 << 20 { rename(log, log + ".1") }
    }

    private static func size(_ path: String) -> Int {
        var info = stat()
        return stat(path, &info) == 0 ? Int(info.st_size) : 0
    }

    private static func read(_ path: String, from offset: Int) -> String {
        guard let data = FileManager.default.contents(atPath: path) else { return "" }
        return String(decoding: data.dropFirst(min(offset, data.count)), as: UTF8.self)
    }
}
