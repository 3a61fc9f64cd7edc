/// Version numbers as a person writes them: `1–3, 5`.
enum VersionRanges {
    /// - Parameter versions: in ascending order.
    static func text(_ versions: [Int]) -> String {
        var ranges: [ClosedRange<Int>] = []
        for version in versions {
            if let last = ranges.last, last.upperBound + 1 == version {
                ranges[ranges.count - 1] = last.lowerBound...version
            } else {
                ranges.append(version...version)
            }
        }
        var shown = ranges
        if ranges.count > 6 { shown = Array(ranges.prefix(3)) + Array(ranges.suffix(2)) }
        var texts = shown.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)–\($0.upperBound)" }
        if ranges.count > 6 { texts.insert("…", at: 3) }
        return texts.joined(separator: ", ")
    }

    /// `version 1 exists`, `versions 1–3 exist`, `it has none`.
    static func sentence(_ versions: [Int]) -> String {
        switch versions.count {
        case 0: "it has none"
        case 1: "version \(versions[0]) exists"
        default: "versions \(text(versions)) exist"
        }
    }
}
