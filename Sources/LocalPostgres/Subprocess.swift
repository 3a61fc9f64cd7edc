internal import CSpawn

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Runs a program to its end.
enum Subprocess {
    struct Outcome {
        /// What it wrote to standard output and standard error.
        let output: String
        /// 0 for success; 128 and more for a signal.
        let status: Int32
    }

    /// Runs `arguments[0]` with nothing to read, in `directory` if one is given, and waits for it.
    ///
    /// `inherited` is a descriptor of ours that the program gets as number 3, and hands on to its children. It gets no other.
    static func run(
        _ arguments: [String],
        in directory: String? = nil,
        outputTo log: String? = nil,
        inherited: Int32? = nil
    ) throws(LocalPostgresError) -> Outcome {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        var pipeEnds: [Int32] = [-1, -1]
        if let log {
            posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        } else {
            pipeEnds = try makePipe()
            posix_spawn_file_actions_adddup2(&actions, pipeEnds[1], 1)
        }
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        if let inherited { posix_spawn_file_actions_adddup2(&actions, inherited, 3) }
        // A server outlives us: a socket of ours that it held would never close.
        coppice_spawn_close_from(&actions, inherited == nil ? 3 : 4)

        let changeDirectory = directory.map { ["sh", "-c", "cd \"$0\" && exec \"$@\"", $0] } ?? []
        var arguments = (changeDirectory + arguments).map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        let failure = posix_spawnp(&process, arguments[0]!, &actions, nil, &arguments, environ)
        if pipeEnds[1] >= 0 { close(pipeEnds[1]) }
        let output = pipeEnds[0] >= 0 && failure == 0 ? readAll(pipeEnds[0]) : ""
        if pipeEnds[0] >= 0 { close(pipeEnds[0]) }
        guard failure == 0 else {
            throw LocalPostgresError(
                .startFailed,
                "cannot run \(String(cString: arguments[0]!)): \(String(cString: strerror(failure)))"
            )
        }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7F
        return Outcome(output: output, status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal)
    }

    /// Two connected descriptors that other programs do not inherit: a pipe would, if one is started at the wrong moment.
    static func makePipe() throws(LocalPostgresError) -> [Int32] {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw .system("cannot make a pipe") }
        return ends
    }

    private static func readAll(_ descriptor: Int32) -> String {
        var result: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return String(decoding: result, as: UTF8.self) }
            result.append(contentsOf: buffer[..<count])
        }
    }
}

extension LocalPostgresError {
    /// A system call failed; `errno` says why.
    static func system(_ what: String, _ code: Code = .unreachableDirectory) -> LocalPostgresError {
        let reason = errno
        guard reason != ENOSPC else {
            return LocalPostgresError(.diskFull, "\(what): the disk is full; make room and try again")
        }
        let isForbidden = [EACCES, EPERM, EROFS].contains(reason) && code == .unreachableDirectory
        let remedy =
            isForbidden ? "; set COPPICE_HOME to a directory of your own, or name a database with --database" : ""
        return LocalPostgresError(code, "\(what): \(String(cString: strerror(reason)))\(remedy)")
    }
}
