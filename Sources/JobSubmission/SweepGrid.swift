internal import DecisionForests

/// The points of a sweep: every combination of the values that options list, separated by commas.
///
/// Points are numbered from 0; the last option varies fastest.
public struct SweepGrid: Sendable, Equatable {
    /// One option and the values it takes.
    public struct Axis: Sendable, Equatable {
        public let option: ForestOption
        public let values: [String]
    }

    /// The options that list values, in the order of `ForestOption`.
    public let axes: [Axis]
    /// How many points there are.
    public let count: Int
    private let options: ForestOptions

    /// nil where no option lists values: that is one forest.
    ///
    /// - Throws: `SubmissionError` if a value is missing or stands twice, or if points cannot be compared.
    public init?(_ options: ForestOptions) throws(SubmissionError) {
        var axes: [Axis] = []
        var count = 1
        for option in ForestOption.allCases {
            guard let text = options[option], text.contains(",") else { continue }
            let axis = try Axis(option, text)
            let (product, overflow) = count.multipliedReportingOverflow(by: axis.values.count)
            count = overflow ? .max : product
            axes.append(axis)
        }
        guard !axes.isEmpty else { return nil }
        self.axes = axes
        self.count = count
        self.options = options
    }

    /// The options of one point.
    public func point(_ number: Int) -> ForestOptions {
        var point = options
        var rest = number
        for axis in axes.reversed() {
            point[axis.option] = axis.values[rest % axis.values.count]
            rest /= axis.values.count
        }
        return point
    }

    /// The numbers of `sampleCount` different points, in order. The same seed draws the same points.
    ///
    /// Floyd's algorithm: as many draws as points, however large the grid (J. Bentley, "Programming Pearls: A sample of
    /// brilliance", 1987).
    ///
    /// - Throws: `SubmissionError` if there are not so many points.
    public func sample(_ sampleCount: Int, seed: UInt32) throws(SubmissionError) -> [Int] {
        guard 1...count ~= sampleCount else {
            throw SubmissionError(
                option: "--sample",
                "\(sampleCount) of \(count) points cannot be drawn: give 1 to \(count)"
            )
        }
        guard count <= Self.drawLimit else {
            throw SubmissionError(option: "--sample", "the grid has \(count) points: give fewer values")
        }
        var random = RandomState(seed: seed)
        var drawn = Set<Int>()
        for last in (count - sampleCount)..<count {
            let number = random.randomInteger(below: last + 1)
            drawn.insert(drawn.contains(number) ? last : number)
        }
        return drawn.sorted()
    }

    /// What the generator can choose from.
    private static let drawLimit = 1 << 32
}

extension SweepGrid.Axis {
    fileprivate init(_ option: ForestOption, _ text: String) throws(SubmissionError) {
        let values = text.split(separator: ",", omittingEmptySubsequences: false).map(\.trimmed)
        guard option != .task else {
            throw SubmissionError(option: option.flag, "'\(text)' does not fit: a sweep has one task, give one of them")
        }
        if values.contains("") {
            throw SubmissionError(option: option.flag, "'\(text)' has an empty value: give values such as 5,10")
        }
        if let twice = values.first(where: { value in values.count { $0 == value } > 1 }) {
            throw SubmissionError(option: option.flag, "'\(text)' has \(twice) twice: give each value once")
        }
        self.init(option: option, values: values)
    }
}

extension Substring {
    fileprivate var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
