internal import Jobs
internal import Synchronization

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// How many jobs ended in each of the last 24 hours, counted once for all who look.
///
/// A day may have seen millions. So spans of five minutes are kept when nothing can change in them any more, a page counts
/// what ended since then, and of what was never counted as much as it has time for, the newest first.
final class EndedJobCounts: Sendable {
    struct Hours: Sendable, Equatable {
        /// The oldest first; the last one is the current hour.
        let hours: [EndedSpan]
        /// How many spans were not counted yet: the oldest ones.
        let uncounted: Int

        var isComplete: Bool { uncounted == 0 }
    }

    private static let hour = 3600.0
    private static let span = 300.0
    /// A job that is written down as ended may take so long to be seen.
    private static let lag = 120.0

    private let jobs: JobStore
    /// By the second at which they start.
    private let kept = Mutex<[Int: EndedSpan]>([:])
    /// Whether somebody counts what was never counted: others need not read the same.
    private let isCounting = Mutex(false)

    init(jobs: JobStore) { self.jobs = jobs }

    /// - Parameter patience: When to stop counting what was never counted.
    func hours(within patience: Duration) async throws -> Hours {
        let now = try await jobs.databaseTime()
        let uncounted = try await countOn(now, within: patience)
        let (first, settled) = Self.bounds(now)
        let fresh = try await jobs.ended(
            from: Date(timeIntervalSince1970: Double(settled)),
            to: .distantFuture,
            every: .seconds(Self.span)
        )
        var sums: [Int: (succeeded: Int, failed: Int)] = [:]
        // Another request may have kept meanwhile what is fresh to this one.
        let older = kept.withLock { kept in kept.filter { (first..<settled).contains($0.key) }.map(\.value) }
        for ended in older + fresh {
            let start = Int(ended.start.timeIntervalSince1970)
            let hour = min((start - first) / Int(Self.hour), 23)
            sums[hour, default: (0, 0)].succeeded += ended.succeeded
            sums[hour, default: (0, 0)].failed += ended.failed
        }
        return Hours(
            hours: (0..<24).map { hour in
                EndedSpan(
                    start: Date(timeIntervalSince1970: Double(first) + Double(hour) * Self.hour),
                    succeeded: sums[hour]?.succeeded ?? 0,
                    failed: sums[hour]?.failed ?? 0
                )
            },
            uncounted: uncounted
        )
    }

    /// Counts what was never counted for as long as there is time, and at least a little of it. Returns how many spans are
    /// left.
    @discardableResult
    func countOn(within patience: Duration) async throws -> Int {
        try await countOn(try await jobs.databaseTime(), within: patience)
    }

    private func countOn(_ now: Date, within patience: Duration) async throws -> Int {
        let (first, settled) = Self.bounds(now)
        let step = Int(Self.span)
        var missing = kept.withLock { kept in
            kept = kept.filter { $0.key >= first }
            return stride(from: settled - step, through: first, by: -step).filter { kept[$0] == nil }
        }
        let mayCount = isCounting.withLock { isCounting in
            defer { isCounting = true }
            return !isCounting
        }
        guard mayCount else { return missing.count }
        defer { isCounting.withLock { $0 = false } }
        let end = ContinuousClock.now + patience
        // An hour at first, and more at once where that is quick.
        var size = 12
        while let newest = missing.first {
            var count = 1
            while count < min(size, missing.count), missing[count] == newest - count * step { count += 1 }
            let starts = missing.prefix(count)
            missing.removeFirst(count)
            let began = ContinuousClock.now
            let found = try await jobs.ended(
                from: Date(timeIntervalSince1970: Double(newest - (count - 1) * step)),
                to: Date(timeIntervalSince1970: Double(newest + step)),
                every: .seconds(Self.span)
            )
            kept.withLock { kept in
                for start in starts {
                    kept[start] = EndedSpan(start: Date(timeIntervalSince1970: Double(start)), succeeded: 0, failed: 0)
                }
                for ended in found { kept[Int(ended.start.timeIntervalSince1970)] = ended }
            }
            guard ContinuousClock.now < end else { break }
            if ContinuousClock.now - began < patience / 10 { size *= 2 }
        }
        return missing.count
    }

    /// The second at which the oldest of the 24 hours begins, and that until which nothing changes any more.
    private static func bounds(_ now: Date) -> (first: Int, settled: Int) {
        let seconds = now.timeIntervalSince1970
        let first = Int((seconds / hour).rounded(.down) * hour - 23 * hour)
        let settled = Int(((seconds - lag) / span).rounded(.down) * span)
        return (first, max(settled, first))
    }
}
