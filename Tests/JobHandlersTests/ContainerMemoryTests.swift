import Foundation
import Testing

@testable import JobHandlers

@Suite("Memory of the container")
struct ContainerMemoryTests {
    @Test("A number is the limit, “max” is none", arguments: [("1073741824\n", 1_073_741_824), ("max\n", nil)])
    func limits(text: String, limit: Int?) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "coppice-memory-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(text.utf8).write(to: file)
        #expect(ContainerMemory.limit(in: ["/nowhere/at/all", file.path]) == limit)
    }
}
