import Datasets
import Foundation
import Testing

@Suite("Train and test split")
struct TrainTestSplitTests {
    private struct Expected: Decodable {
        let rows: Int
        let size: TestSize
        let seed: UInt32
        let train: [Int]
        let test: [Int]
    }

    @Test("The rows are those that scikit-learn's train_test_split picks, in its order")
    func sameAsScikitLearn() throws {
        for expected in try fixture("splits", as: [Expected].self) {
            let split = try TrainTestSplit(rowCount: expected.rows, testSize: expected.size, seed: expected.seed)

            // Compared outside the macro, which would print both lists in full.
            let (sameTrain, sameTest) = (split.train == expected.train, split.test == expected.test)
            #expect(sameTrain, "training rows of \(expected.rows), \(expected.size), seed \(expected.seed)")
            #expect(sameTest, "test rows of \(expected.rows), \(expected.size), seed \(expected.seed)")
        }
    }

    @Test("A split without rows to train on is refused", arguments: [(1, 0.25), (1, 0.9), (3, 0.99)])
    func tooFew(rows: Int, fraction: Double) {
        #expect {
            try TrainTestSplit(rowCount: rows, testSize: .fraction(fraction), seed: 0)
        } throws: { ($0 as? DataError)?.code == .tooFewRows }
    }

    @Test("No rows are refused")
    func none() {
        #expect { try TrainTestSplit(rowCount: 0, seed: 0) } throws: { ($0 as? DataError)?.code == .noRows }
    }

    @Test(
        "A test size is a fraction or a count",
        arguments: [
            ("0.25", .fraction(0.25)), ("1", .count(1)), ("100", .count(100)), ("1e-2", .fraction(0.01)),
        ] as [(String, TestSize)]
    )
    func testSize(text: String, expected: TestSize) throws {
        #expect(try TestSize(text) == expected)
        #expect(try JSONDecoder().decode(TestSize.self, from: JSONEncoder().encode(expected)) == expected)
    }

    @Test("Other test sizes are refused", arguments: ["0", "1.0", "0.0", "-1", "1.5", "nan", "25%", ""])
    func badTestSize(text: String) {
        #expect { try TestSize(text) } throws: { ($0 as? DataError)?.code == .badTestSize }
    }
}
