internal import DecisionForests
internal import Foundation

/// The file P: what to train and what to write.
struct BenchmarkParameters: Decodable {
    let hyperparameters: Hyperparameters
    let seed: UInt32
    let threads: Int?
    let predictRows: Int
    let predictionsOut: String?
    let modelOut: String?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case task, seed, threads
        case predictRows = "predict_rows"
        case predictionsOut = "predictions_out"
        case modelOut = "model_out"
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        seed = try values.decodeIfPresent(UInt32.self, forKey: .seed) ?? 0
        threads = try values.decodeIfPresent(Int.self, forKey: .threads)
        predictRows = try values.decodeIfPresent(Int.self, forKey: .predictRows) ?? 0
        predictionsOut = try values.decodeIfPresent(String.self, forKey: .predictionsOut)
        modelOut = try values.decodeIfPresent(String.self, forKey: .modelOut)
        hyperparameters = try Hyperparameters(from: decoder)
    }

    /// Reads the file; a share written as `1.0`, which JSON decoders read as the count 1, stays a share.
    ///
    /// - Throws: `Failure`, `TrainingError`.
    init(contentsOf path: String) throws {
        let text: String
        do {
            text = try String(contentsOf: URL(fileURLWithPath: path), encoding: .utf8)
        } catch {
            throw Failure("\(path) cannot be read: \(error.localizedDescription)")
        }
        let quoted = text.replacing(
            /("(?:max_features|max_samples|min_samples_leaf|min_samples_split)"\s*:\s*)(\d+\.\d+)/
        ) {
            "\($0.1)\"\($0.2)\""
        }
        let decoder = JSONDecoder()
        do {
            let names = try decoder.decode(Names.self, from: Data(quoted.utf8)).all
            let known = Hyperparameters.keys + CodingKeys.allCases.map(\.rawValue)
            for name in names where !known.contains(name) { warn("\(path): \(name) is no parameter, and not used") }
            self = try decoder.decode(BenchmarkParameters.self, from: Data(quoted.utf8))
        } catch let error as DecodingError {
            throw Failure("\(path): \(Self.describe(error))")
        }
    }

    private static func describe(_ error: DecodingError) -> String {
        switch error {
        case .typeMismatch(let type, let context): describe(context, "not of the type \(type)")
        case .keyNotFound(let key, let context): describe(context, "\(key.stringValue) is missing")
        case .valueNotFound(_, let context): describe(context, "null is not allowed")
        case .dataCorrupted(let context): describe(context, context.debugDescription)
        @unknown default: "not valid"
        }
    }

    private static func describe(_ context: DecodingError.Context, _ problem: String) -> String {
        let place = context.codingPath.map { $0.stringValue }.joined(separator: ".")
        return place.isEmpty ? problem : "\(place): \(problem)"
    }

    /// The names in the file, of which a mistyped one would pass for a default without a word.
    private struct Names: Decodable {
        let all: [String]

        private struct Name: CodingKey {
            let stringValue: String
            let intValue: Int? = nil
            init?(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        init(from decoder: any Decoder) throws {
            all = try decoder.container(keyedBy: Name.self).allKeys.map(\.stringValue).sorted()
        }
    }
}
