internal import FoundationEssentials

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Where PostgreSQL's server programs are.
struct ServerPrograms: Sendable, Equatable {
    /// The directory with `initdb` and `postgres`.
    let directory: String
    let majorVersion: Int

    var initdb: String { directory + "/initdb" }
    var postgres: String { directory + "/postgres" }

    static let oldestMajorVersion = 15

    /// The programs for a data directory of `majorVersion`, or the newest ones.
    ///
    /// `roots` hold a directory per major version, as Debian (`/usr/lib/postgresql/15/bin`) and Red Hat
    /// (`/usr/pgsql-15/bin`) have it; after them comes the search path.
    static func find(
        majorVersion: Int? = nil,
        environment: [String: String],
        candidates: [String]? = nil
    ) throws(LocalPostgresError) -> ServerPrograms {
        let found = (candidates ?? Self.candidates(environment)).compactMap(Self.init(at:))
        guard let newest = found.max(by: { $0.majorVersion < $1.majorVersion }) else {
            throw LocalPostgresError(
                .notInstalled,
                "PostgreSQL's server is not installed: no initdb was found; install the package 'postgresql' "
                    + "(apt-get install postgresql), or name a database with --database"
            )
        }
        if let majorVersion {
            guard let matching = found.first(where: { $0.majorVersion == majorVersion }) else {
                throw LocalPostgresError(
                    .wrongVersion,
                    "the private cluster was made by PostgreSQL \(majorVersion), but only \(newest.majorVersion) is "
                        + "installed; install the package 'postgresql-\(majorVersion)', or move the cluster away"
                )
            }
            return matching
        }
        guard newest.majorVersion >= oldestMajorVersion else {
            throw LocalPostgresError(
                .notInstalled,
                "PostgreSQL \(newest.majorVersion) is too old: Coppice needs \(oldestMajorVersion) or newer; install "
                    + "a newer 'postgresql' package, or name a database with --database"
            )
        }
        return newest
    }

    /// Reads the version from the path where it is part of it, and asks the program elsewhere.
    private init?(at directory: String) {
        guard access(directory + "/initdb", X_OK) == 0, access(directory + "/postgres", X_OK) == 0 else { return nil }
        self.directory = directory
        let parts = directory.split(separator: "/")
        if parts.count >= 3, let version = Int(parts[parts.count - 2].replacing("pgsql-", with: "")),
            parts[parts.count - 3] == "postgresql" || parts[parts.count - 2].hasPrefix("pgsql-")
        {
            majorVersion = version
            return
        }
        // "postgres (PostgreSQL) 15.20 (Debian …)"
        guard let output = try? Subprocess.run([directory + "/postgres", "--version"]).output,
            let version = output.split(separator: " ").lazy.compactMap({ Int($0.prefix { $0 != "." }) }).first
        else { return nil }
        majorVersion = version
    }

    private static func candidates(_ environment: [String: String]) -> [String] {
        var result: [String] = []
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? [] {
            result.append("/usr/lib/postgresql/\(name)/bin")
        }
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/usr")) ?? []
        where name.hasPrefix("pgsql-") {
            result.append("/usr/\(name)/bin")
        }
        result += (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        return result
    }
}
