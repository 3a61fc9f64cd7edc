/// Reads the source of a version that a client registered.
enum ModelSource {
    /// The path in the artifacts of `run` that `source` means, or nil if it means another place.
    ///
    /// Clients write `runs:/RUN_ID/PATH`, or the run's artifact URI, which ends with `RUN_ID/artifacts/PATH`.
    static func path(_ source: String, inRun run: String) -> String? {
        let marker = source.hasPrefix("runs:/") ? "runs:/\(run)/" : "/\(run)/artifacts/"
        guard let range = source.firstRange(of: marker) else { return nil }
        var path = source[range.upperBound...]
        while path.last == "/" { path.removeLast() }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.allSatisfy({ $0 != "" && $0 != "." && $0 != ".." }) else { return nil }
        return String(path)
    }
}
