internal import Glibc

/// Lines for the person at the terminal. Results go to standard output, with `print`.
public enum StandardError {
    public static func print(_ line: String) { write(line + "\n") }

    /// One `write` for each call as long as the text fits the pipe, so that lines of several threads stay whole.
    static func write(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let written = Glibc.write(STDERR_FILENO, rest.baseAddress, rest.count)
                if written > 0 {
                    rest = UnsafeRawBufferPointer(rebasing: rest[written...])
                } else if errno != EINTR {
                    return
                }
            }
        }
    }
}
