import Testing

@testable import Plots

@Suite("Layout")
struct LayoutTests {
    @Test(
        "An axis holds all values with room on either side",
        arguments: [[1, 2, 5], [-3, -3.5], [0], [7, 7], [1e300, -1e308]]
    )
    func axis(values: [Double]) {
        let axis = Axis(fitting: values)
        for value in values {
            #expect(axis.lower < value || abs(value) > 1e306)
            #expect(axis.upper > value || abs(value) > 1e306)
        }
        #expect(axis.upper - axis.lower > 0)
        #expect((axis.upper - axis.lower).isFinite)
    }

    @Test("An axis without values is 0 to 1")
    func emptyAxis() {
        #expect(Axis(fitting: [.nan, .infinity]) == Axis(lower: 0, upper: 1))
    }

    @Test(
        "A histogram counts every finite value once",
        arguments: [
            [], [1], [2, 2, 2], [1, 2, 3, 4, 100], [.nan, 1, 2], (0..<1000).map { Double($0 * $0 % 331) },
            [0, 0, 0, 0, 0, 0, 0, 1],
            [-.greatestFiniteMagnitude, .greatestFiniteMagnitude],
        ] as [[Double]]
    )
    func histogram(values: [Double]) {
        let histogram = Histogram(values)
        let isHuge = values.contains(.greatestFiniteMagnitude)
        #expect(histogram.bins.reduce(0) { $0 + $1.count } == (isHuge ? 0 : values.count { $0.isFinite }))
        #expect(histogram.bins.count <= 60)
        #expect(histogram.bins.allSatisfy { $0.lower < $0.upper })
    }

    @Test("Rows are sampled evenly, and all of them if they are few")
    func sampling() {
        #expect(sampledRows(3, limit: 5) == [0, 1, 2])
        #expect(sampledRows(10, limit: 5) == [0, 2, 4, 6, 8])
    }

    @Test("Details are wrapped to two lines and cut")
    func wrapping() {
        #expect(wrapped(["a", "b"], to: 10) == ["a   b"])
        #expect(wrapped(["aaaaaa", "bbbbbb"], to: 10) == ["aaaaaa", "bbbbbb"])
        #expect(wrapped(["aaaaaa", "bbbbbb", "cccccc"], to: 10) == ["aaaaaa", "bbbbbb   …"])
        #expect(wrapped([], to: 10) == [])
    }

    @Test("Work is shared out evenly, the largest first")
    func shares() {
        #expect(GnuplotRenderer.shares(of: [5, 1, 4, 2], among: 2) == [[0, 1], [2, 3]])
        #expect(GnuplotRenderer.shares(of: [1], among: 2) == [[0], []])
    }

    @Test(
        "A long name keeps its beginning and its end",
        arguments: [
            ("short", 14, "short"), ("exactly 14 ...", 14, "exactly 14 ..."),
            ("spruce number one", 14, "spruce n…r one"), ("spruce number two", 14, "spruce n…r two"),
        ]
    )
    func names(name: String, limit: Int, shown: String) {
        #expect(abridged(name, to: limit) == shown)
        #expect(abridged(name, to: limit).count <= limit)
    }

    @Test(
        "Numbers of a horizontal axis have room between them",
        arguments: [
            (0.0, 350.0, 380.0, 50.0), (0, 1.12, 250, 0.2), (200_000, 1_100_000, 380, 200_000),
            (0, 999_999, 380, 200_000),
            (-0.03, 0.36, 250, 0.1), (0, 1e-300, 380, 5e-301), (-1e300, 1e300, 380, 5e299),
        ]
    )
    func steps(lower: Double, upper: Double, width: Double, step: Double) throws {
        let found = try #require(Axis(lower: lower, upper: upper).step(on: width))
        #expect(abs(found / step - 1) < 1e-9)
    }

    @Test("An axis that is too short for a step has none")
    func noStep() {
        #expect(Axis(lower: 0, upper: .leastNonzeroMagnitude * 20).step(on: 380) == nil)
        #expect(Axis(lower: 1, upper: 1).step(on: 380) == nil)
    }
}
