/// Numbers below each other, with their points in one line.
///
/// The largest has six significant digits, the others as many decimals as it. Where that would leave too little of the small
/// ones, each is written for itself.
public struct NumberColumn: Sendable {
    private let places: Int?

    public init(_ values: some Sequence<Double>) {
        let magnitudes = values.filter { $0.isFinite && $0 != 0 }.map(abs)
        guard let largest = magnitudes.max(), let smallest = magnitudes.min(), largest < 1e9, smallest >= 1e-4 else {
            places = nil
            return
        }
        let used = magnitudes.map { HumanReadable.number($0).drop { $0 != "." }.dropFirst().count }.max() ?? 0
        let allowed = max(0, 5 - HumanReadable.decimalExponent(largest))
        let hundred = (0..<allowed).reduce(100.0) { unit, _ in unit / 10 }
        places = used <= allowed ? used : smallest >= hundred ? allowed : nil
    }

    /// `1.02330`, above `0.21118`.
    public func text(_ value: Double) -> String {
        guard let places, value.isFinite else { return HumanReadable.number(value) }
        return HumanReadable.decimal(value, places: places)
    }
}
