#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Where the files of a private cluster are.
///
/// The server's own files are in `HOME/postgres`, which belongs to the server's user alone. That is why the server can
/// trust every local connection: who cannot enter the directory cannot reach the socket. Where the server's user
/// cannot get to `HOME`, as in root's own directory, it is a link to a directory under `/var/lib/coppice`.
struct ClusterFiles: Sendable, Equatable {
    let home: String
    /// Where the server's directory is made if its user cannot reach the home.
    var elsewhere = "/var/lib/coppice"

    var lock: String { home + "/postgres.lock" }
    /// Which migrations the database has; see `LocalCluster.start`.
    var schemaStamp: String { home + "/postgres.schema" }
    private var link: String { home + "/postgres" }

    /// The server's directory, with links resolved; `nil` if there is none.
    var base: String? { Self.resolve(link) }

    static func data(_ base: String) -> String { base + "/data" }
    static func log(_ base: String) -> String { base + "/server.log" }

    static let socketName = ".s.PGSQL.5432"

    /// The directory of the socket: the server's own, unless that makes the socket's path too long for the system.
    static func socketDirectory(_ base: String, user: ServerUser) -> String {
        // sun_path has 108 bytes and ends with NUL.
        guard (base + "/" + socketName).utf8.count > 107 else { return base }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in base.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return "/tmp/coppice-\(user.id)-" + String(hash, radix: 16)
    }

    /// Makes the directories that are missing; returns the server's.
    func makeDirectories(for user: ServerUser) throws(LocalPostgresError) -> String {
        if let base {
            try user.makePrivateDirectory(base)
            return base
        }
        var info = stat()
        guard lstat(link, &info) != 0 else {
            throw LocalPostgresError(
                .unreachableDirectory,
                "\(link) points to a directory that does not exist; remove it to start with an empty cluster"
            )
        }
        if user.name == nil || user.canReach(home) {
            try user.makePrivateDirectory(link)
        } else {
            try makeElsewhere(for: user)
        }
        guard let base else { throw .system("cannot make \(link)") }
        return base
    }

    /// Makes the home directory; open to be entered if the server is another user.
    func makeHome(for user: ServerUser) throws(LocalPostgresError) {
        var made = ""
        for part in home.split(separator: "/") {
            made += "/" + part
            guard mkdir(made, user.name == nil ? 0o700 : 0o755) != 0 else {
                // The umask may have taken away what the server's user needs.
                if user.name != nil { chmod(made, 0o755) }
                continue
            }
            let reason = errno
            guard reason == EEXIST || access(made, F_OK) == 0 else {
                errno = reason
                throw .system("cannot make \(made)")
            }
        }
    }

    private func makeElsewhere(for user: ServerUser) throws(LocalPostgresError) {
        let parent = elsewhere
        guard mkdir(parent, 0o711) == 0 || errno == EEXIST, user.canReach(parent) else {
            throw LocalPostgresError(
                .unreachableDirectory,
                "the server runs as the user 'postgres', who can reach neither \(home) nor \(parent); set COPPICE_HOME "
                    + "to a directory that everyone may enter"
            )
        }
        let directory = parent + "/" + String(UInt64.random(in: .min ... .max), radix: 16)
        try user.makePrivateDirectory(directory)
        guard symlink(directory, link) == 0 else { throw .system("cannot make \(link)") }
    }

    /// The path without links and dots; `nil` if it does not exist.
    static func resolve(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
