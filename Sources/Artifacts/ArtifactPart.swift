/// A part of an artifact in chunks of at most 1 MiB, with flat memory. Only a whole artifact can be compared with its
/// digest, so a part is not checked.
public struct ArtifactPart: AsyncSequence, Sendable {
    public typealias Element = [UInt8]

    let reader: ArtifactReader
    let range: Range<Int64>

    public struct AsyncIterator: AsyncIteratorProtocol {
        private let reader: ArtifactReader
        private var source: ChunkSource?
        private var position: Int64
        private let end: Int64

        init(_ part: ArtifactPart) {
            reader = part.reader
            position = part.range.lowerBound
            end = part.range.upperBound
        }

        public mutating func next() async throws -> [UInt8]? {
            guard position < end else { return nil }
            try Task.checkCancellation()
            let chunkSize = Int64(ArtifactContent.chunkSize)
            let source = try await reader.source(self.source, at: Int32(position / chunkSize))
            self.source = source
            guard let chunk = try await source.next() else { throw reader.corruption(position) }
            let first = Int(position % chunkSize)
            let count = Swift.min(chunk.count - first, Int(end - position))
            guard count > 0 else { throw reader.corruption(position) }
            position += Int64(count)
            return first == 0 && count == chunk.count ? chunk : Array(chunk[first..<(first + count)])
        }
    }

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(self)
    }
}

extension ArtifactReader {
    /// The bytes in `range`, which must be within the artifact.
    public func part(_ range: Range<Int64>) -> ArtifactPart {
        precondition(range.lowerBound >= 0 && range.upperBound <= size, "the artifact has no such bytes")
        return ArtifactPart(reader: self, range: range)
    }
}
