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
        // Numbers in the order of the keys: a batch has few of them, and comparing texts takes most of a sort's time.
        let keys = Set(batches.lazy.flatMap(\.metrics).map { MetricKey($0.key) }).sorted()
        let ranks = Dictionary(uniqueKeysWithValues: zip(keys, 0...))
        var points: [Point] = []
        points.reserveCapacity(batches.reduce(0) { $0 + $1.metrics.count })
        for batch in batches {
            let place = Int64(places[batch.run] ?? 0)
            for metric in batch.metrics {
                points.append(Point(place: place, rank: ranks[MetricKey(metric.key)] ?? 0, metric: metric))
            }
        }
        points.sort()
        var (all, latest) = (Columns(), Columns())
        for (index, point) in points.enumerated() {
            all.append(point.metric, place: point.place)
            let next = index + 1 < points.count ? points[index + 1] : nil
            guard let next, next.place == point.place, next.rank == point.rank else {
                latest.append(point.metric, place: point.place)
                continue
            }
        }
        (self.all, self.latest) = (all, latest)
    }
}

/// A key that is compared byte by byte: for PostgreSQL, letters composed in two ways are two letters.
struct MetricKey: Hashable, Comparable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (one: MetricKey, other: MetricKey) -> Bool {
        one.text.utf8.elementsEqual(other.text.utf8)
    }

    static func < (one: MetricKey, other: MetricKey) -> Bool {
        one.text.utf8.lexicographicallyPrecedes(other.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}

private struct Point: Comparable {
    let place: Int64
    /// Of its key among all.
    let rank: Int
    let metric: Metric

    static func == (one: Point, other: Point) -> Bool { !(one < other) && !(other < one) }

    static func < (one: Point, other: Point) -> Bool {
        if one.place != other.place { return one.place < other.place }
        if one.rank != other.rank { return one.rank < other.rank }
        let (one, other) = (one.metric, other.metric)
        if one.step != other.step { return one.step < other.step }
        if one.timestamp != other.timestamp { return one.timestamp < other.timestamp }
        if one.value.isNaN || other.value.isNaN { return one.value.isNaN && !other.value.isNaN }
        return one.value < other.value
    }
}
