/// Where a client wants artifacts to be kept.
enum ArtifactLocation {
    private static let maximumLength = 2048

    /// Refuses what would lead a client or a server astray. Throws `MLflowError`.
    static func check(_ location: String) throws(MLflowError) {
        guard location.unicodeScalars.count <= maximumLength else {
            throw MLflowError(
                .invalidParameterValue,
                "Invalid artifact path length. The length of the artifact path cannot be greater than \(maximumLength)."
            )
        }
        // Where the path ends and a query or a fragment begins, two readers disagree.
        guard !location.contains("#"), !location.contains("?"), !climbs(location) else {
            throw MLflowError(
                .invalidParameterValue,
                "Invalid artifact location '\(location)': it must not contain '#', '?' or a part that is '..'."
            )
        }
    }

    /// Whether a part is `..`, also after decoding it however often.
    static func climbs(_ text: String) -> Bool {
        var form = text
        for _ in 0...8 {
            if form.split(whereSeparator: { $0 == "/" || $0 == "\\" }).contains("..") { return true }
            if form.utf8.contains(0) { return true }
            let decoded = FormDecoding.path(form)
            if decoded == form { return false }
            form = decoded
        }
        return true
    }
}
