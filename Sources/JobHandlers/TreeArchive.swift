internal import Artifacts
internal import DecisionForests

/// Some trees of a forest as bytes, every bit of them, on their way from a shard to the whole.
///
/// Not a file format: numbers as the machine has them (little-endian on all that Swift runs on), and an archive of another
/// version is not read but grown again.
struct TreeArchive: Equatable {
    /// Digest of the data that the trees were grown on.
    let dataDigest: Digest
    let trees: [DecisionTree]

    private static let signature = Array("coppice trees 1\n".utf8)

    init(dataDigest: Digest, trees: [DecisionTree]) {
        self.dataDigest = dataDigest
        self.trees = trees
    }

    var bytes: [UInt8] {
        var bytes = Self.signature + dataDigest.bytes
        Self.append([Int64(trees.count)], to: &bytes)
        for tree in trees {
            Self.append([Int64(tree.nodeCount), Int64(tree.value.count)], to: &bytes)
            Self.append(tree.feature, to: &bytes)
            Self.append(tree.leftChild, to: &bytes)
            Self.append(tree.rightChild, to: &bytes)
            Self.append(tree.sampleCount, to: &bytes)
            Self.append(tree.threshold, to: &bytes)
            Self.append(tree.weightedSampleCount, to: &bytes)
            Self.append(tree.impurity, to: &bytes)
            Self.append(tree.value, to: &bytes)
            Self.append(tree.missingGoesLeft.map { $0 ? 1 : 0 } as [UInt8], to: &bytes)
        }
        return bytes
    }

    private static func append<Number>(_ numbers: [Number], to bytes: inout [UInt8]) {
        numbers.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }

    /// nil: the bytes are of another version.
    init?(bytes: [UInt8]) {
        var reader = Reader(bytes: bytes)
        guard
            reader.read(UInt8.self, count: Self.signature.count) == Self.signature,
            let digest = reader.read(UInt8.self, count: 32).flatMap(Digest.init(bytes:)),
            let treeCount = reader.read(Int64.self, count: 1)?[0], treeCount >= 0
        else { return nil }
        var trees: [DecisionTree] = []
        for _ in 0..<treeCount {
            guard let tree = reader.readTree() else { return nil }
            trees.append(tree)
        }
        guard reader.isAtEnd else { return nil }
        self.init(dataDigest: digest, trees: trees)
    }
}

/// Takes numbers off the front of bytes.
private struct Reader {
    let bytes: [UInt8]
    private var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    /// nil: there are not so many.
    mutating func read<Number: BitwiseCopyable>(_: Number.Type, count: Int) -> [Number]? {
        let size = MemoryLayout<Number>.size
        guard count >= 0, count <= (bytes.count - position) / size else { return nil }
        defer { position += count * size }
        return bytes.withUnsafeBytes { raw in
            (0..<count).map { raw.loadUnaligned(fromByteOffset: position + $0 * size, as: Number.self) }
        }
    }

    mutating func readTree() -> DecisionTree? {
        guard
            let counts = read(Int64.self, count: 2), counts[0] > 0, counts[1] > 0, counts[1] % counts[0] == 0,
            let nodeCount = Int(exactly: counts[0]), let valueCount = Int(exactly: counts[1]),
            let feature = read(Int32.self, count: nodeCount),
            let leftChild = read(Int32.self, count: nodeCount),
            let rightChild = read(Int32.self, count: nodeCount),
            let sampleCount = read(Int32.self, count: nodeCount),
            let threshold = read(Double.self, count: nodeCount),
            let weightedSampleCount = read(Double.self, count: nodeCount),
            let impurity = read(Double.self, count: nodeCount),
            let value = read(Double.self, count: valueCount),
            let missingGoesLeft = read(UInt8.self, count: nodeCount)
        else { return nil }
        return DecisionTree(
            feature: feature,
            threshold: threshold,
            leftChild: leftChild,
            rightChild: rightChild,
            missingGoesLeft: missingGoesLeft.map { $0 != 0 },
            value: value,
            sampleCount: sampleCount,
            weightedSampleCount: weightedSampleCount,
            impurity: impurity
        )
    }
}
