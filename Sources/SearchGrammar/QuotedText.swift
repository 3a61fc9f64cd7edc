/// Writes keys and values so that they read back the same.
///
/// A quote inside quoted text is written twice, and stays doubled in the value, as in MLflow, whose filters have no
/// escapes. So text whose quotes are odd in number goes into the other kind of quotes; text that is odd in both kinds
/// cannot be written, and cannot have been parsed either.
enum QuotedText {
    static func value(_ text: String) -> String {
        fits(text, "'") || !fits(text, "\"") ? "'\(text)'" : "\"\(text)\""
    }

    static func key(_ key: String) -> String {
        if isPlain(key) { return key }
        return fits(key, "`") || !fits(key, "\"") ? "`\(key)`" : "\"\(key)\""
    }

    /// Whether every run of `quote` in `text` has an even length.
    private static func fits(_ text: String, _ quote: Unicode.Scalar) -> Bool {
        var run = 0
        for scalar in text.unicodeScalars {
            if scalar == quote {
                run += 1
            } else if run % 2 == 1 {
                return false
            } else {
                run = 0
            }
        }
        return run % 2 == 0
    }

    /// Whether the key needs no quotes.
    private static func isPlain(_ key: String) -> Bool {
        key.unicodeScalars.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
            guard let first = part.first else { return false }
            return !("0"..."9").contains(first) && part.allSatisfy(SearchLexer.isWord)
        }
    }
}
