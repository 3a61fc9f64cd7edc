import DecisionForests
import Foundation
import Testing

/// A forest that scikit-learn grew, from Fixtures/forests.json; dump_trees.py beside it says what the fields mean.
struct FixtureCase: Decodable, Sendable, CustomTestStringConvertible {
    struct Tree: Decodable {
        let nodes: Int
        let structure: String
        let value: Double
        let impurity: Double
    }

    struct Whole: Decodable {
        let feature: [Int32]
        let threshold: [Double]
        let leftChild: [Int32]
        let rightChild: [Int32]
        let value: [Double]
        let sampleCount: [Int32]
        let weightedSampleCount: [Double]
        let impurity: [Double]
    }

    let data: String
    let seed: UInt32
    let classes: Int
    let weights: String?
    let parameters: Hyperparameters
    let trees: [Tree]
    let predictions: Double
    let importances: [Double]
    let outOfBagScore: Double?
    let whole: Whole?

    var testDescription: String { "\(data), seed \(seed)" }

    static let all: [FixtureCase] = {
        let bytes = try! Data(contentsOf: Fixtures.url("forests.json"))
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf",
            negativeInfinity: "-inf",
            nan: "nan"
        )
        return try! decoder.decode([FixtureCase].self, from: bytes)
    }()

    static let dataNames = Set(all.map(\.data)).sorted()

    func trainingSet() throws -> TrainingSet {
        let (features, targets) = try Fixtures.table(data)
        let target: Target = classes > 0 ? .classes(targets.map { Int32($0) }, count: classes) : .values(targets)
        return try TrainingSet(features: features, target: target, sampleWeights: rowWeights(targets.count))
    }

    private func rowWeights(_ count: Int) -> [Double]? {
        switch weights {
        case "thirds": (0..<count).map { Double($0 * 7 % 11) / 3 }
        case "counts": (0..<count).map { Double($0 % 4) }
        default: nil
        }
    }
}

enum Fixtures {
    static func url(_ path: String) -> URL {
        Bundle.module.resourceURL!.appending(path: "Fixtures/" + path)
    }

    /// Reads data/NAME.csv: features, and the target, which is the last column.
    static func table(_ name: String) throws -> (features: FeatureMatrix, targets: [Double]) {
        let text = try String(contentsOf: url("data/\(name).csv"), encoding: .utf8)
        let lines = text.split(separator: "\n").dropFirst()
        var columns: [[Double]] = []
        for line in lines {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            if columns.isEmpty { columns = [[Double]](repeating: [], count: fields.count) }
            for (index, field) in fields.enumerated() {
                columns[index].append(field.isEmpty ? .nan : try #require(Double(field)))
            }
        }
        let targets = columns.removeLast()
        return (FeatureMatrix(columns: columns), targets)
    }
}

extension DecisionTree {
    /// 64-bit FNV-1a over the nodes, as dump_trees.py computes it.
    var structureDigest: String {
        var digest: UInt64 = 0xcbf2_9ce4_8422_2325
        func add(_ bytes: some FixedWidthInteger) {
            withUnsafeBytes(of: bytes.littleEndian) {
                for byte in $0 { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01b3 }
            }
        }
        for node in 0..<nodeCount {
            add(feature[node])
            add(leftChild[node])
            add(rightChild[node])
            add(threshold[node].bitPattern)
            add(UInt8(missingGoesLeft[node] ? 1 : 0))
            add(sampleCount[node])
            add(weightedSampleCount[node].bitPattern)
        }
        let text = String(digest, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }
}

/// The weighted sum that dump_trees.py writes instead of long lists.
func checksum(_ values: [Double]) -> Double {
    values.enumerated().reduce(0) { $0 + Double($1.offset % 97 + 1) * $1.element }
}

func isClose(_ left: Double, _ right: Double, tolerance: Double = 1e-12) -> Bool {
    abs(left - right) <= tolerance * max(1, abs(left), abs(right))
}
