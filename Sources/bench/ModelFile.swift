internal import DecisionForests
internal import Foundation

/// A plain binary dump of a forest, only for measuring how large it is and how fast it loads.
enum ModelFile {
    static func write(_ forest: RandomForest, to file: URL) throws -> Int {
        var bytes = Data()
        append(
            [Int32(forest.task == .regression ? 0 : 1), Int32(forest.trees.count), Int32(forest.featureCount)],
            &bytes
        )
        append([Int32(forest.outputCount)], &bytes)
        for tree in forest.trees {
            append([Int32(tree.nodeCount)], &bytes)
            append(tree.feature, &bytes)
            append(tree.threshold, &bytes)
            append(tree.leftChild, &bytes)
            append(tree.rightChild, &bytes)
            append(tree.missingGoesLeft.map { $0 ? Int8(1) : 0 }, &bytes)
            append(tree.value, &bytes)
            append(tree.sampleCount, &bytes)
            append(tree.weightedSampleCount, &bytes)
            append(tree.impurity, &bytes)
        }
        try bytes.write(to: file)
        return bytes.count
    }

    static func read(_ file: URL) throws -> RandomForest {
        var reader = Reader(bytes: try Data(contentsOf: file))
        let header = reader.read(Int32.self, 4)
        let trees = (0..<header[1]).map { _ in
            let count = Int(reader.read(Int32.self, 1)[0])
            return DecisionTree(
                feature: reader.read(Int32.self, count),
                threshold: reader.read(Double.self, count),
                leftChild: reader.read(Int32.self, count),
                rightChild: reader.read(Int32.self, count),
                missingGoesLeft: reader.read(Int8.self, count).map { $0 != 0 },
                value: reader.read(Double.self, count * Int(header[3])),
                sampleCount: reader.read(Int32.self, count),
                weightedSampleCount: reader.read(Double.self, count),
                impurity: reader.read(Double.self, count)
            )
        }
        return RandomForest(
            task: header[0] == 0 ? .regression : .classification,
            trees: trees,
            featureCount: Int(header[2]),
            outputCount: Int(header[3])
        )
    }

    private static func append<Value: BitwiseCopyable>(_ values: [Value], _ bytes: inout Data) {
        values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }

    private struct Reader {
        let bytes: Data
        var offset = 0

        mutating func read<Value: BitwiseCopyable>(_: Value.Type, _ count: Int) -> [Value] {
            let length = count * MemoryLayout<Value>.stride
            defer { offset += length }
            return [Value](unsafeUninitializedCapacity: count) { buffer, initialized in
                bytes.copyBytes(to: buffer, from: offset..<(offset + length))
                initialized = count
            }
        }
    }
}
