#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// One measured value of a run.
public struct Metric: Sendable, Equatable {
    /// What was measured: 1 to 250 characters.
    public let key: String
    /// Any double; NaN and infinities are kept.
    public let value: Double
    /// How far the run was, by its own count; 0 where it does not count.
    public let step: Int64
    /// When it was measured; kept to the microsecond.
    public let timestamp: Date

    public init(key: String, value: Double, step: Int64 = 0, timestamp: Date) {
        self.key = key
        self.value = value
        self.step = step
        self.timestamp = timestamp
    }
}
