import Testing

@testable import JobSubmission

@Suite("The grid of a sweep")
struct SweepGridTests {
    private func options(_ values: [ForestOption: String]) -> ForestOptions {
        values.reduce(into: ForestOptions()) { $0[$1.key] = $1.value }
    }

    @Test("Options without a comma are one forest")
    func noSweep() throws {
        #expect(try SweepGrid(options([.maxDepth: "5", .monotonicConstraints: "1:0:-1"])) == nil)
    }

    @Test("Every combination is a point, the last option varies fastest, the others stay")
    func points() throws {
        let grid = try #require(
            try SweepGrid(options([.treeCount: "50,100", .maxDepth: "5, 10,none", .maxFeatures: "sqrt"]))
        )
        #expect(grid.count == 6)
        let points = (0..<grid.count).map { grid.point($0) }
        #expect(
            points.map { "\($0[.treeCount] ?? "") \($0[.maxDepth] ?? "")" }
                == ["50 5", "50 10", "50 none", "100 5", "100 10", "100 none"]
        )
        #expect(points.allSatisfy { $0[.maxFeatures] == "sqrt" })
    }

    @Test("A list of constraints is told from the constraints of a list")
    func colons() throws {
        let grid = try #require(try SweepGrid(options([.monotonicConstraints: "1:0,0:0,none"])))
        #expect(grid.axes == [SweepGrid.Axis(option: .monotonicConstraints, values: ["1:0", "0:0", "none"])])
    }

    @Test(
        "A list with a hole, a value given twice, and two tasks are refused",
        arguments: [
            (ForestOption.maxDepth, "5,,10"), (.maxDepth, "5,"), (.maxDepth, ","), (.treeCount, "10,20,10"),
            (.task, "regression,classification"),
        ]
    )
    func refused(option: ForestOption, text: String) {
        #expect {
            try SweepGrid(options([option: text]))
        } throws: {
            ($0 as? SubmissionError)?.option == option.flag
        }
    }

    @Test("A sample has as many different points as asked for; the same seed draws the same ones")
    func sample() throws {
        let grid = try #require(try SweepGrid(options([.treeCount: "1,2,3,4,5,6,7", .maxDepth: "1,2,3,4,5,6,7"])))
        let sample = try grid.sample(20, seed: 7)
        #expect(Set(sample).count == 20 && sample == sample.sorted())
        #expect(sample.allSatisfy { 0..<49 ~= $0 })
        #expect(try grid.sample(20, seed: 7) == sample)
        #expect(try grid.sample(20, seed: 8) != sample)
        #expect(try grid.sample(49, seed: 1) == Array(0..<49))
    }

    @Test("Each point is as likely as any other to be drawn")
    func uniformity() throws {
        let grid = try #require(try SweepGrid(options([.treeCount: "1,2,3,4,5"])))
        var counts = [Int](repeating: 0, count: 5)
        for seed in 0..<2000 { for point in try grid.sample(2, seed: UInt32(seed)) { counts[point] += 1 } }
        // 800 each, with a standard deviation of 22.
        #expect(counts.allSatisfy { 690...910 ~= $0 })
    }

    @Test("More points than there are cannot be drawn, nor none", arguments: [0, -1, 3])
    func sampleRefused(count: Int) throws {
        let grid = try #require(try SweepGrid(options([.maxDepth: "5,10"])))
        #expect {
            try grid.sample(count, seed: 1)
        } throws: {
            ($0 as? SubmissionError)?.option == "--sample"
        }
    }
}
