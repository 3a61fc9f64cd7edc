import Foundation
import Testing

@testable import Jobs

struct TimeOrderedTests {
    @Test("Identifiers are in the order of their time, of version 7, and different")
    func order() {
        let dates = [0, 1.5, 1_790_000_000, 1_790_000_000.001, 4_000_000_000].map(Date.init(timeIntervalSince1970:))
        let identifiers = dates.map { UUID.timeOrdered(at: $0).uuidString }
        #expect(identifiers == identifiers.sorted())
        // RFC 9562 has this time in its example.
        let example = UUID.timeOrdered(at: Date(timeIntervalSince1970: 1_645_557_742)).uuidString
        #expect(example.hasPrefix("017F22E2-79B0-7"))
        #expect("89AB".contains(example.dropFirst(19).first!))
        #expect(UUID.timeOrdered(at: dates[0]) != UUID.timeOrdered(at: dates[0]))
    }
}
