internal import Foundation

/// The shortest of several repetitions.
public func measureBest(of count: Int, _ work: () async throws -> Void) async rethrows -> Duration {
    var best = Duration.seconds(3_600)
    for _ in 0..<count { best = min(best, try await ContinuousClock().measure(work)) }
    return best
}

/// A line of the table that a benchmark prints.
public func report(_ what: String, _ duration: Duration) {
    report(what, duration / .milliseconds(1), "ms")
}

/// A line of the table that a benchmark prints.
public func report(_ what: String, _ value: Double, _ unit: String) {
    // Not print: a benchmark that goes on for minutes is watched through a pipe, too.
    FileHandle.standardOutput.write(Data("| \(what) | \(value.sensibleDigits) \(unit) |\n".utf8))
}

extension Double {
    /// Three digits, or all of the whole part.
    public var sensibleDigits: String {
        let digits = self >= 1_000 ? 0 : self >= 10 ? 1 : 3
        let scale = [1.0, 10, 100, 1_000][digits]
        let rounded = (self * scale).rounded() / scale
        return digits == 0 ? String(Int(rounded)) : String(rounded)
    }

    /// The value below which the share `fraction` of `values` lies.
    public static func quantile(_ fraction: Double, of values: [Double]) -> Double {
        precondition(!values.isEmpty, "a quantile of nothing")
        let sorted = values.sorted()
        return sorted[min(sorted.count - 1, Int(fraction * Double(sorted.count)))]
    }
}
