internal import CSpawn
internal import Foundation
internal import Glibc

extension GnuplotProcess {
    /// Which descriptor the picture is in gnuplot.
    static let pictureInChild: Int32 = 3
    /// Nothing that gnuplot says by itself.
    static let endMark = "coppice-figure-done"
    static let streamType = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    /// A gnuplot that is gone must be an error, not a SIGPIPE that ends this program.
    static let sendFlags = Int32(MSG_NOSIGNAL | MSG_DONTWAIT)

    static func sendKill(_ id: pid_t) -> Int32 { Glibc.kill(id, SIGKILL) }

    /// A file without a name: nobody else can open it, and it is gone with its last descriptor.
    static func makeFile() throws(GnuplotError) -> Int32 {
        let folder = FileManager.default.temporaryDirectory.path
        let path = "\(folder)/coppice-figure-\(UUID())"
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw notStarted("no file in \(folder)", errno) }
        unlink(path)
        return descriptor
    }

    /// Starts gnuplot with `standardStreams` as its input, output and messages.
    static func spawn(_ program: String, standardStreams: Int32, picture: Int32) -> (id: pid_t, status: Int32) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for stream in 0...2 as ClosedRange<Int32> {
            posix_spawn_file_actions_adddup2(&actions, standardStreams, stream)
        }
        posix_spawn_file_actions_adddup2(&actions, picture, pictureInChild)
        coppice_spawn_close_from(&actions, pictureInChild + 1)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Default signals and no blocked ones, whatever this program has changed for itself.
        var signals = sigset_t()
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
        posix_spawnattr_setflags(&attributes, Int16(flags))

        // -d: the user's own settings file could change what figures look like.
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup(program), strdup("-d"), nil]
        defer { arguments.forEach { free($0) } }
        var id: pid_t = 0
        let status = posix_spawnp(&id, program, &actions, &attributes, &arguments, environ)
        return (id, status)
    }
}
