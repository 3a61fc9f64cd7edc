internal import Foundation

/// Measures a forest: `bench forest --train A.csv --test B.csv --params P.json --out O.json`.
///
/// The CSV files have a header, features, and the target as last column; an empty field is a missing value. The model that is
/// written is `model.onnx`, as in a model folder.
@main
struct Bench {
    static func main() async {
        do {
            let arguments = try Arguments(CommandLine.arguments.dropFirst())
            let report = try await ForestBenchmark(arguments).run()
            let encoder = JSONEncoder()
            // JSON has no NaN, and an importance may be one.
            encoder.nonConformingFloatEncodingStrategy = .convertToString(
                positiveInfinity: "inf",
                negativeInfinity: "-inf",
                nan: "nan"
            )
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            let json = try encoder.encode(report)
            try Failure.writing(arguments.out) { try json.write(to: $0) }
        } catch {
            FileHandle.standardError.write(Data("error: \(error)\n".utf8))
            exit(64)
        }
    }
}

/// The files named on the command line.
struct Arguments {
    let train: String
    let test: String
    let params: String
    let out: String

    init(_ words: ArraySlice<String>) throws {
        let usage = "usage: bench forest --train A.csv --test B.csv --params P.json --out O.json"
        guard words.first == "forest", words.count == 9 else { throw Failure(usage) }
        var options: [String: String] = [:]
        var rest = words.dropFirst()
        while let option = rest.popFirst(), let value = rest.popFirst() { options[option] = value }
        func file(_ option: String) throws -> String {
            guard let path = options[option] else { throw Failure("\(option) is missing; \(usage)") }
            return path
        }
        train = try file("--train")
        test = try file("--test")
        params = try file("--params")
        out = try file("--out")
    }
}
