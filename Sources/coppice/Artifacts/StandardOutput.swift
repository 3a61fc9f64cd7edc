internal import CommandSupport
internal import Glibc

/// Bytes as they are, for another program.
enum StandardOutput {
    static func write(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let count = Glibc.write(STDOUT_FILENO, buffer.baseAddress! + done, buffer.count - done)
                if count < 0 {
                    if errno == EINTR { continue }
                    throw CommandFailure(
                        "cannot write to standard output: \(String(cString: strerror(errno)))",
                        exitCode: .unavailable
                    )
                }
                done += count
            }
        }
    }
}
