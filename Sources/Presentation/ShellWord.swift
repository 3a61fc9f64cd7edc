extension String {
    /// As one word of a POSIX shell's command: as it is, or in single quotes where a character may mean something there
    /// (POSIX.1-2017, Shell Command Language, 2.2).
    public var shellWord: String {
        let isPlain =
            !isEmpty
            && utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "/:@._-+,%".utf8.contains(byte)
                }
            }
        return isPlain
            ? self : "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}

extension Sequence<String> {
    /// A command that a POSIX shell takes for these words.
    public var shellCommand: String { map(\.shellWord).joined(separator: " ") }
}
