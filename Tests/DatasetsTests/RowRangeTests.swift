import Datasets
import Foundation
import Testing

@Suite("Row ranges")
struct RowRangeTests {
    @Test(
        "Ranges as Swift writes them",
        arguments: [
            ("0..<5", 0..<5), ("3...4", 3..<5), ("..<2", 0..<2), ("7...", 7..<10), ("4", 4..<5), ("0..<10", 0..<10),
        ]
    )
    func reads(text: String, expected: Range<Int>) throws {
        #expect(try RowRange(text).bounds(in: 10) == expected)
    }

    @Test(
        "Anything else is refused",
        arguments: [
            "", "a", "5..<5", "5..<2", "-1..<2", "1..2", "1..<", "..<", "0..<99999999999999999999",
            "9223372036854775807...9223372036854775807",
        ]
    )
    func refuses(text: String) {
        #expect { try RowRange(text) } throws: { ($0 as? DataError)?.code == .badRowRange }
    }

    @Test("Rows beyond the data are refused", arguments: ["0..<11", "10...", "10", "12..<13"])
    func bounds(text: String) throws {
        let range = try RowRange(text)
        #expect { try range.bounds(in: 10) } throws: { ($0 as? DataError)?.code == .badRowRange }
    }

    @Test("A range survives JSON", arguments: ["0..<5", "7..."])
    func codable(text: String) throws {
        let range = try RowRange(text)
        #expect(try JSONDecoder().decode(RowRange.self, from: JSONEncoder().encode(range)) == range)
    }
}
