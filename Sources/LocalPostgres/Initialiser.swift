internal import FoundationEssentials

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Makes the files of a cluster.
///
/// They are made in a directory of another name and moved into place when they are complete: whatever interrupts it,
/// `data` is a whole cluster or absent.
struct Initialiser {
    let base: String
    let user: ServerUser
    let settings: ServerSettings
    let environment: [String: String]

    private static let unfinishedPrefix = "initialising-"

    /// The major version that made the cluster in `data`; `nil` if there is none.
    static func majorVersion(of data: String) -> Int? {
        (try? String(contentsOfFile: data + "/PG_VERSION", encoding: .utf8)).flatMap {
            Int($0.prefix { $0.isNumber })
        }
    }

    func run() throws(LocalPostgresError) {
        let data = ClusterFiles.data(base)
        removeUnfinished()
        if Self.majorVersion(of: data) != nil { return }
        guard access(data, F_OK) != 0 else {
            throw LocalPostgresError(.notOurs, "\(data) is in the way: it is not a PostgreSQL cluster; move it away")
        }
        let programs = try ServerPrograms.find(environment: environment)
        let unfinished = base + "/" + Self.unfinishedPrefix + String(UInt64.random(in: .min ... .max), radix: 16)
        do {
            try initialise(unfinished, programs)
        } catch {
            removeUnfinished()
            throw error
        }
        guard rename(unfinished, data) == 0 else { throw .system("cannot make \(data)", .initialisationFailed) }
    }

    private func initialise(_ directory: String, _ programs: ServerPrograms) throws(LocalPostgresError) {
        let command =
            [
                programs.initdb, "-D", directory, "--username", LocalCluster.roleName, "--encoding", "UTF8",
                // Text sorts by code point, on every machine and for ever; upper and lower case are Unicode's.
                "--lc-collate", "C", "--lc-ctype", "C.UTF-8", "--lc-messages", "C",
                "--auth", "trust", "--no-instructions",
            ] + (settings.isDurable ? [] : ["--no-sync"])
        let outcome = try Subprocess.run(user.command(command), in: base)
        guard outcome.status == 0 else {
            throw .failure(.initialisationFailed, "the private PostgreSQL cannot be set up", output: outcome.output)
        }
        // Only through the socket, whoever enables TCP.
        let rules = "# The directory of the socket decides who gets here.\nlocal all all trust\n"
        guard let file = fopen(directory + "/pg_hba.conf", "w") else {
            throw .system("cannot write \(directory)/pg_hba.conf", .initialisationFailed)
        }
        let isWritten = fputs(rules, file) >= 0
        guard fclose(file) == 0, isWritten else {
            throw .system("cannot write \(directory)/pg_hba.conf", .initialisationFailed)
        }
    }

    /// Removes what an interrupted start left; nothing else has such a name.
    private func removeUnfinished() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? []
        where name.hasPrefix(Self.unfinishedPrefix) {
            try? FileManager.default.removeItem(atPath: base + "/" + name)
        }
    }
}
