import DecisionForests
import Foundation
import ModelFormat
import Testing

/// A folder of `Fixtures`, as the files of a model.
func fixture(_ name: String) throws -> [String: [UInt8]] {
    let folder = try #require(Bundle.module.url(forResource: name, withExtension: nil, subdirectory: "Fixtures"))
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    return try Dictionary(uniqueKeysWithValues: files.map { ($0.lastPathComponent, Array(try Data(contentsOf: $0))) })
}

extension ModelFolder {
    var contents: [String: [UInt8]] { Dictionary(uniqueKeysWithValues: files.map { ($0.path, $0.bytes) }) }

    func text(_ path: String) -> String { contents[path].map { String(decoding: $0, as: UTF8.self) } ?? "" }
}

/// A small model of random numbers, with all that a model folder is made of.
struct Sample: CustomTestStringConvertible {
    static let names = ["age", "bmi", "blood pressure", "ö \"x\"\\: #'", "s5"]
    static let identity = ModelIdentity(
        modelUUID: "0123456789abcdef0123456789abcdef",
        modelID: "m-00000000000000000000000000000001",
        runID: "12345678901234567890123456789012",
        createdAt: Date(timeIntervalSince1970: 1_795_451_445.25)
    )

    let testDescription: String
    let columns: [[Double]]
    let forest: RandomForest
    let labels: ClassLabels?
    let folder: ModelFolder

    var predictions: Predictions {
        get throws { try LoadedModel(files: folder.contents).predict(columns) }
    }

    /// - Parameter labels: nil: a regression.
    init(_ description: String, labels: ClassLabels? = nil, singleLeaves: Bool = false, missing: Bool = false)
        async throws
    {
        var random = RandomState(seed: 7)
        var columns = Self.names.map { _ in (0..<200).map { _ in random.uniform() } }
        let sums = (0..<200).map { row in columns.reduce(0) { $0 + $1[row] } + columns[1][row] * 3 }
        if missing { for row in stride(from: 3, to: 200, by: 7) { columns[row % 5][row] = .nan } }
        let target: Target =
            if let labels {
                .classes(sums.map { Int32(Int($0 * 10) % labels.count) }, count: labels.count)
            } else {
                .values(sums)
            }
        let hyperparameters = try Hyperparameters(
            task: labels == nil ? .regression : .classification,
            treeCount: 12,
            maxDepth: 6,
            minSamplesSplit: .count(singleLeaves ? 1000 : 2)
        )
        let trainer = RandomForestTrainer(hyperparameters: hyperparameters, randomState: 3)
        forest = try await trainer.train(on: TrainingSet(features: FeatureMatrix(columns: columns), target: target))
        self.columns = columns
        self.labels = labels
        testDescription = description
        folder = try ModelFolder(
            forest: forest,
            featureNames: Self.names,
            classLabels: labels,
            inputExample: (0..<4).map { row in columns.map { $0[row] } },
            identity: Self.identity
        )
    }

    static func all() async throws -> [Sample] {
        [
            try await Sample("regression"),
            try await Sample("regression with missing values", missing: true),
            try await Sample("regression of single leaves", singleLeaves: true),
            try await Sample("two classes", labels: .strings(["no", "yes"])),
            try await Sample(
                "three numbered classes with missing values",
                labels: .integers([-1, 4, 10]),
                missing: true
            ),
        ]
    }
}
