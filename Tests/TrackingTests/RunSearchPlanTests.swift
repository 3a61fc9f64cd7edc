import Testing

@testable import Tracking

struct RunSearchPlanTests {
    private func driver(_ counts: [Int], of runs: Double = 1_000_000, limit: Int = 100, indexed: Bool = true) -> Int? {
        RunSearchPlan(counts: counts, runCount: runs, limit: limit, hasIndexedOrder: indexed).driver
    }

    @Test("A search begins with the rarest condition, where the order would pass by many runs")
    func rare() {
        #expect(driver([5001, 15]) == 1)
        #expect(driver([0]) == 0)
        #expect(driver([800, 900]) == 0)
    }

    @Test("It follows the order where the page is soon full, or where everything is common")
    func common() {
        #expect(driver([5001, 5001]) == nil)
        #expect(driver([5000], of: 10_000) == nil)
        #expect(driver([]) == nil)
    }

    @Test("Where no index gives the order, few candidates are always better")
    func unordered() {
        #expect(driver([5000], of: 10_000, indexed: false) == 0)
        #expect(driver([5001], of: 10_000, indexed: false) == nil)
    }
}
