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

    enum CodingKeys: String, CodingKey {
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
    init(contentsOf file: URL) throws {
        let text = try String(contentsOf: file, encoding: .utf8)
        let quoted = text.replacing(
            /("(?:max_features|max_samples|min_samples_leaf|min_samples_split)"\s*:\s*)(\d+\.\d+)/
        ) {
            "\($0.1)\"\($0.2)\""
        }
        self = try JSONDecoder().decode(BenchmarkParameters.self, from: Data(quoted.utf8))
    }
}
