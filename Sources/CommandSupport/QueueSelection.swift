public import ArgumentParser

/// Queues on the command line: `default`, `train,predict`, `train=3,predict=1`.
public struct QueueSelection: ExpressibleByArgument, Sendable, Equatable, CustomStringConvertible {
    /// At least one, each once, in the order given.
    public let names: [String]
    /// What was given after `=`; empty if nothing was.
    public let weights: [String: Int]

    public static let standard = QueueSelection(names: ["default"], weights: [:])

    private init(names: [String], weights: [String: Int]) {
        self.names = names
        self.weights = weights
    }

    public init?(argument: String) {
        var (names, weights) = ([String](), [String: Int]())
        for item in argument.split(separator: ",") {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map { String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
            guard parts[0].wholeMatch(of: /[A-Za-z0-9_.\-]{1,100}/) != nil, !names.contains(parts[0]) else {
                return nil
            }
            names.append(parts[0])
            if parts.count == 2 {
                guard let weight = Int(parts[1]), 1...1000 ~= weight else { return nil }
                weights[parts[0]] = weight
            }
        }
        guard !names.isEmpty else { return nil }
        self.init(names: names, weights: weights)
    }

    public var defaultValueDescription: String { description }

    public var description: String {
        names.map { name in weights[name].map { "\(name)=\($0)" } ?? name }.joined(separator: ",")
    }
}
