/// A job: one thing to do, from its submission to its final state.
public enum Job {
    /// Identifies a job; grows with time.
    public struct ID: RawRepresentable, Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
        public let rawValue: Int64
        public init(rawValue: Int64) { self.rawValue = rawValue }
        public var description: String { String(rawValue) }
        public static func < (left: ID, right: ID) -> Bool { left.rawValue < right.rawValue }

        public init(from decoder: any Decoder) throws {
            rawValue = try decoder.singleValueContainer().decode(Int64.self)
        }
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(rawValue)
        }
    }
}

/// Where a job is in its life.
public enum JobState: String, Sendable, Codable, CaseIterable {
    /// Other jobs must succeed first.
    case waiting
    /// Its time has not come: submitted for later, or backing off after a failure.
    case scheduled
    /// Can be claimed.
    case queued
    case running
    case succeeded
    case failed
    case cancelled

    /// Whether it is over.
    public var isFinal: Bool {
        switch self {
        case .waiting, .scheduled, .queued, .running: false
        case .succeeded, .failed, .cancelled: true
        }
    }
}

/// How an attempt at a job ended.
public enum AttemptOutcome: String, Sendable, Codable, CaseIterable {
    case succeeded
    case failed
    /// Its worker stopped renewing the lease.
    case lost
    /// Its worker shut down and handed the job back.
    case released
    case cancelled
}
