import Artifacts
import DecisionForests
import Testing

@testable import JobHandlers

@Suite("Trees on their way from a shard to the whole")
struct TreeArchiveTests {
    private static let digest = Digest(of: [1, 2, 3])

    private static func tree(scale: Double) -> DecisionTree {
        DecisionTree(
            feature: [2, -1, -1],
            threshold: [0.1 * scale, 0, 0],
            leftChild: [1, -1, -1],
            rightChild: [2, -1, -1],
            missingGoesLeft: [true, false, false],
            value: [0.5, 0.5, 1, 0, .leastNonzeroMagnitude, -0.0],
            sampleCount: [3, 1, 2],
            weightedSampleCount: [4, 1, 3],
            impurity: [0.5, 0, 1e-300]
        )
    }

    @Test("Every bit of every tree arrives")
    func roundTrip() throws {
        let archive = TreeArchive(dataDigest: Self.digest, trees: [Self.tree(scale: 1), Self.tree(scale: .infinity)])
        let read = try #require(TreeArchive(bytes: archive.bytes))
        #expect(read == archive)
        #expect(read.trees[0].value[5].sign == .minus)
    }

    @Test("What is cut off, too long, or of another version is not read")
    func damaged() {
        let bytes = TreeArchive(dataDigest: Self.digest, trees: [Self.tree(scale: 1)]).bytes
        for length in 0..<bytes.count { #expect(TreeArchive(bytes: Array(bytes[..<length])) == nil) }
        #expect(TreeArchive(bytes: bytes + [0]) == nil)
        #expect(TreeArchive(bytes: [0] + bytes.dropFirst()) == nil)
        // A count beyond all bounds.
        var huge = bytes
        for index in 48..<56 { huge[index] = 0x7F }
        #expect(TreeArchive(bytes: huge) == nil)
    }
}
