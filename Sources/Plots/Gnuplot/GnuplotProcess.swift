internal import Glibc
internal import Synchronization

/// A running gnuplot: commands go in and messages come out through one socket, pictures through one file without a name.
///
/// Blocking; one thread at a time may `draw`. `kill` may come from any thread. The process is in a group of its own, so
/// that Ctrl-C on the terminal leaves it to us, and ends by itself when this program is gone: its input ends.
final class GnuplotProcess: Sendable {
    private let socket: Int32
    private let picture: Int32
    /// nil once it has been waited for: its number may belong to another process then.
    private let processID: Mutex<pid_t?>

    /// - Throws: `GnuplotError` with code `notInstalled` or `notStarted`.
    init(program: String) throws(GnuplotError) {
        picture = try Self.makeFile()
        var sockets: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Self.streamType, 0, &sockets) == 0 else {
            close(picture)
            throw Self.notStarted("no socket", errno)
        }
        socket = sockets[0]
        let (id, status) = Self.spawn(program, standardStreams: sockets[1], picture: picture)
        close(sockets[1])
        // Without a process there is no number either: 0 would be our own group. From here on deinit cleans up.
        processID = Mutex(status == 0 ? id : nil)
        guard status == 0 else {
            if status == ENOENT || status == EACCES {
                throw GnuplotError(
                    .notInstalled,
                    "gnuplot (\(program)) is not installed: install it to draw figures, on Debian with "
                        + "apt-get install gnuplot-nox"
                )
            }
            throw Self.notStarted("it does not start", status)
        }
    }

    deinit {
        kill()
        reap()
        close(socket)
        close(picture)
    }

    /// Ends it at once. `draw` then throws `crashed`.
    func kill() {
        processID.withLock { id in
            if let id { _ = Self.sendKill(id) }
        }
    }

    /// Runs the commands and returns what they wrote to their output.
    ///
    /// - Throws: `GnuplotError` with code `rejected`, `crashed`, `timedOut` or `noFonts`. Only a new process is of use
    ///   then.
    func draw(_ commands: String, timeout: Duration) throws(GnuplotError) -> [UInt8] {
        guard ftruncate(picture, 0) == 0 else { throw Self.notStarted("its output cannot be emptied", errno) }
        let setup = "set print '-'\nset output '/dev/fd/\(Self.pictureInChild)'\n"
        // Setting the terminal closes no output, but a figure may begin with one.
        let script = setup + commands + "unset output\nprint '\(Self.endMark)'\n"
        let messages = try converse(script, deadline: .now + timeout)
        if messages.contains("Fontconfig error") {
            throw GnuplotError(
                .noFonts,
                "gnuplot finds no fonts: install some, on Debian with apt-get install fontconfig-config fonts-dejavu-core"
            )
        }
        let bytes = try readPicture()
        guard !bytes.isEmpty, !Self.isComplaint(messages) else {
            let lines = messages.split(separator: "\n").map { $0.drop { $0 == " " } }
            let reason = lines.last { $0.hasPrefix("line ") } ?? lines.last ?? "it draws nothing"
            throw GnuplotError(.rejected, "gnuplot does not draw the figure: \(reason)")
        }
        return bytes
    }

    /// A complaint begins with the line it is about; a warning says so.
    private static func isComplaint(_ messages: String) -> Bool {
        messages.split(separator: "\n").contains { line in
            let line = line.drop { $0 == " " }
            return line.hasPrefix("line ") && !line.lowercased().contains("warning")
        }
    }

    /// Sends `script` while it reads what comes back, up to the end mark: neither side waits for the other.
    private func converse(_ script: String, deadline: ContinuousClock.Instant) throws(GnuplotError) -> String {
        let outgoing = Array(script.utf8)
        var sent = 0
        var incoming: [UInt8] = []
        let endMark = Array(Self.endMark.utf8)
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let remaining = ContinuousClock.now.duration(to: deadline)
            let milliseconds = remaining / .milliseconds(1)
            guard milliseconds > 0 else {
                throw GnuplotError(.timedOut, "gnuplot did not finish the figure in time: it was ended")
            }
            let interest = Int16(POLLIN) | (sent < outgoing.count ? Int16(POLLOUT) : 0)
            var descriptor = pollfd(fd: socket, events: interest, revents: 0)
            guard poll(&descriptor, 1, Int32(min(milliseconds.rounded(.up), 60_000))) >= 0 || errno == EINTR else {
                throw Self.notStarted("its socket cannot be waited for", errno)
            }
            if descriptor.revents & Int16(POLLOUT) != 0 {
                let count = outgoing[sent...].withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Self.sendFlags) }
                if count > 0 { sent += count } else if !Self.isPassing(errno) { throw crash(incoming) }
            }
            if descriptor.revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 {
                let count = recv(socket, &buffer, buffer.count, Int32(MSG_DONTWAIT))
                if count > 0 {
                    incoming += buffer[..<count]
                    let tail = incoming.suffix(count + endMark.count)
                    if tail.firstRange(of: endMark) != nil { return String(decoding: incoming, as: UTF8.self) }
                } else if count == 0 || !Self.isPassing(errno) {
                    throw crash(incoming)
                }
            }
        }
    }

    private func crash(_ messages: [UInt8]) -> GnuplotError {
        reap()
        let last = String(decoding: messages, as: UTF8.self).split(separator: "\n").last.map { ": \($0)" } ?? ""
        return GnuplotError(.crashed, "gnuplot ended in the middle of a figure\(last)")
    }

    private func readPicture() throws(GnuplotError) -> [UInt8] {
        let size = lseek(picture, 0, SEEK_END)
        var bytes = [UInt8](repeating: 0, count: max(0, Int(size)))
        var count = 0
        while count < bytes.count {
            let read = bytes[count...].withUnsafeMutableBytes { pread(picture, $0.baseAddress, $0.count, off_t(count)) }
            guard read > 0 || errno == EINTR else { throw Self.notStarted("its output cannot be read", errno) }
            count += max(0, read)
        }
        return bytes
    }

    /// Waits for the killed or crashed process, so that it does not stay behind as a zombie.
    private func reap() {
        processID.withLock { id in
            guard let pid = id else { return }
            _ = Self.sendKill(pid)
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
            id = nil
        }
    }

    private static func isPassing(_ code: Int32) -> Bool { code == EAGAIN || code == EINTR || code == EWOULDBLOCK }

    static func notStarted(_ what: String, _ code: Int32) -> GnuplotError {
        GnuplotError(.notStarted, "gnuplot cannot be used: \(what): \(String(cString: strerror(code)))")
    }
}
