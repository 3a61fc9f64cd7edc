internal import Jobs

/// Which metric comes first where not all can be shown.
enum TrainMetricOrder {
    static let places = Dictionary(uniqueKeysWithValues: zip(TrainForest.metricNames, 0...))

    /// The metric that says most of some runs; nil if they have none.
    static func first(among keys: some Sequence<String>) -> String? {
        keys.min { left, right in
            let (first, second) = (places[left] ?? .max, places[right] ?? .max)
            return first != second ? first < second : left < right
        }
    }
}
