import Presentation
import Testing

@Suite("Numbers below each other")
struct NumberColumnTests {
    @Test(
        "They have as many decimals as the largest can have, and no more than any needs",
        arguments: [
            ([1.0233, 0.21118, 1.902914, 0.201841], ["1.02330", "0.21118", "1.90291", "0.20184"]),
            ([0.5, 0.25], ["0.50", "0.25"]), ([3, 12], ["3", "12"]), ([54.5, 0], ["54.5", "0.0"]),
            ([-1.5, 2], ["-1.5", "2.0"]),
        ]
    )
    func aligned(values: [Double], texts: [String]) {
        let column = NumberColumn(values)
        #expect(values.map(column.text) == texts)
    }

    @Test(
        "Where that would leave too little of the small ones, each is written for itself",
        arguments: [
            ([1234.5678, 0.012345], ["1234.57", "0.012345"]), ([1e12, 0.5], ["1e+12", "0.5"]),
            ([1e-7, 1], ["1e-07", "1"]), ([], []), ([.nan, 2.25], ["nan", "2.25"]),
        ]
    )
    func single(values: [Double], texts: [String]) {
        let column = NumberColumn(values)
        #expect(values.map(column.text) == texts)
    }
}
