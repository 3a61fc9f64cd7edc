#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Whose processes and files the server's are: PostgreSQL refuses to run as root.
struct ServerUser: Sendable, Equatable {
    let id: uid_t
    let group: gid_t
    /// Only if it is another user than ours.
    let name: String?

    /// Ourselves, or the user `postgres` if we are root.
    static func current() throws(LocalPostgresError) -> ServerUser {
        guard geteuid() == 0 else { return ServerUser(id: geteuid(), group: getegid(), name: nil) }
        guard let entry = getpwnam("postgres") else {
            throw LocalPostgresError(
                .notInstalled,
                "PostgreSQL does not run as root, and there is no user 'postgres'; install the package 'postgresql', "
                    + "or run as another user"
            )
        }
        return ServerUser(id: entry.pointee.pw_uid, group: entry.pointee.pw_gid, name: "postgres")
    }

    /// The command line that runs `arguments` as this user.
    func command(_ arguments: [String]) -> [String] {
        guard let name else { return arguments }
        return ["setpriv", "--reuid=\(name)", "--regid=\(group)", "--init-groups", "--"] + arguments
    }

    /// Whether this user can get to `directory`, as far as permission bits tell.
    func canReach(_ directory: String) -> Bool {
        var path = "/"
        for part in [""] + directory.split(separator: "/").map(String.init) {
            path += path.hasSuffix("/") ? part : "/" + part
            var info = stat()
            guard stat(path, &info) == 0 else { return false }
            let needed: mode_t = info.st_uid == id ? 0o100 : info.st_gid == group ? 0o010 : 0o001
            guard info.st_mode & needed != 0 else { return false }
        }
        return true
    }

    /// Makes `directory` for this user alone, or checks that it is already so.
    func makePrivateDirectory(_ directory: String) throws(LocalPostgresError) {
        if mkdir(directory, 0o700) == 0 {
            guard name == nil || chown(directory, id, group) == 0 else {
                throw .system("cannot give \(directory) to the user 'postgres'")
            }
            return
        }
        guard errno == EEXIST else { throw .system("cannot make \(directory)") }
        guard ownsPrivately(directory) else {
            throw LocalPostgresError(
                .notOurs,
                "\(directory) is in the way: it is not a directory that belongs to the server's user alone; move it "
                    + "away, or set COPPICE_HOME to another directory"
            )
        }
    }

    /// Whether `directory` is this user's and nobody else can enter it: then so is a socket in it.
    func ownsPrivately(_ directory: String) -> Bool {
        var info = stat()
        return lstat(directory, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR && info.st_uid == id
            && info.st_mode & 0o077 == 0
    }
}
