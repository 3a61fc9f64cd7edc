#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Points of metrics of one or several runs, by column, as a statement takes them.
///
/// They are in the order in which rows are written and locked, which is the same for everyone, so that two writers who
/// log the same metrics at once cannot wait for each other: by run, name, step, time and value, NaN first.
struct MetricPoints: Sendable {
    struct Columns: Sendable {
        /// Which of the runs, from 1.
        var places: [Int64] = []
        var keys: [String] = []
        var steps: [Int64] = []
        var times: [Date] = []
        var values: [Double] = []

        fileprivate mutating func append(_ metric: Metric, place: Int64) {
            places.append(place)
            keys.append(metric.key)
            steps.append(metric.step)
            times.append(metric.timestamp)
            values.append(metric.value)
        }
    }

    /// Whose they are, each run once, in the order of their ids.
    let runs: [Run.ID]
    let all: Columns
    /// Of each metric the latest point only.
    let latest: Columns

    /// Sorts the points. O(n log n).
    init(_ batches: [(run: Run.ID, metrics: [Metric])]) {
        runs = Set(batches.map(\.run)).sorted { $0.rawValue < $1.rawValue }
        let places = Dictionary(uniqueKeysWithValues: zip(runs, 1...))
        var points: [(place: Int64, metric: Metric)] = []
        points.reserveCapacity(batches.reduce(0) { $0 + $1.metrics.count })
        for batch in batches {
            let place = Int64(places[batch.run] ?? 0)
            for metric in batch.metrics { points.append((place, metric)) }
        }
        points.sort { $0.place != $1.place ? $0.place < $1.place : $0.metric.precedes($1.metric) }
        var (all, latest) = (Columns(), Columns())
        for (index, point) in points.enumerated() {
            all.append(point.metric, place: point.place)
            let next = index + 1 < points.count ? points[index + 1] : nil
            // Byte by byte: for PostgreSQL, letters composed in two ways are two letters.
            guard let next, next.place == point.place, next.metric.key.utf8.elementsEqual(point.metric.key.utf8) else {
                latest.append(point.metric, place: point.place)
                continue
            }
        }
        (self.all, self.latest) = (all, latest)
    }
}

extension Metric {
    fileprivate func precedes(_ other: Metric) -> Bool {
        if !key.utf8.elementsEqual(other.key.utf8) { return key.utf8.lexicographicallyPrecedes(other.key.utf8) }
        if step != other.step { return step < other.step }
        if timestamp != other.timestamp { return timestamp < other.timestamp }
        if value.isNaN || other.value.isNaN { return value.isNaN && !other.value.isNaN }
        return value < other.value
    }
}
