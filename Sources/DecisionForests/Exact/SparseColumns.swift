/// Columns most of whose rows have the same value, such as 0 in counts of words.
///
/// Only the other rows of a node are sorted, when the feature is drawn; those that share the value are moved past the cut all
/// at once, as what the others leave of the node's sums.
struct SparseColumns: Sendable {
    /// By feature the value that at least three quarters of the rows have; nil: there is none.
    private let modes: [Float?]
    /// How many features are sparse.
    let count: Int

    init(_ features: FeatureMatrix, threadCount: Int) async throws {
        modes = try await TrainingThreads.map(0..<features.featureCount, threadCount: threadCount) {
            features.withColumn($0, Self.mode)
        }
        count = modes.count { $0 != nil }
    }

    func mode(_ feature: Int) -> Float? { modes[feature] }

    /// The value of at least three quarters of the rows; it fills the middle of a sample, too, almost certainly.
    private static func mode(_ values: UnsafeBufferPointer<Float>) -> Float? {
        let sample = stride(from: 0, to: values.count, by: max(1, values.count / 64)).map { values[$0] }.sorted()
        guard let candidate = sample.isEmpty ? nil : sample[sample.count / 2] else { return nil }
        if 5 * sample.count(where: { $0 == candidate }) < 3 * sample.count { return nil }
        var count = 0
        for value in values { count &+= value == candidate ? 1 : 0 }
        return 4 * count >= 3 * values.count ? candidate + 0 : nil
    }
}
