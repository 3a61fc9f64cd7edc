import DecisionForests
import Foundation
import Testing

@Suite("Hyperparameters")
struct HyperparametersTests {
    @Test("Defaults are scikit-learn's")
    func defaults() throws {
        let regression = try Hyperparameters(task: .regression)
        let logged = Dictionary(uniqueKeysWithValues: regression.parameters.map { ($0.name, $0.value) })
        #expect(
            logged == [
                "task": "regression", "n_estimators": "100", "criterion": "squared_error", "max_depth": "None",
                "min_samples_split": "2", "min_samples_leaf": "1", "min_weight_fraction_leaf": "0.0",
                "max_features": "1.0", "max_leaf_nodes": "None", "min_impurity_decrease": "0.0", "bootstrap": "True",
                "max_samples": "None", "oob_score": "False", "ccp_alpha": "0.0", "monotonic_cst": "None",
                "splitter": "exact",
            ]
        )
        let classification = try Hyperparameters(task: .classification)
        #expect(classification.criterion == .gini)
        #expect(classification.maxFeatures == .squareRoot)
    }

    @Test("Numbers are logged as Python writes them", arguments: [(0.1, "0.1"), (1e-5, "1e-05"), (1e22, "1e+22")])
    func pythonNumbers(_ number: Double, _ text: String) throws {
        let parameters = try Hyperparameters(task: .regression, ccpAlpha: number)
        #expect(parameters.parameters.first { $0.name == "ccp_alpha" }?.value == text)
    }

    @Test("They survive a round trip through JSON", arguments: Self.samples)
    func roundTrip(_ parameters: Hyperparameters) throws {
        let json = try JSONEncoder().encode(parameters)
        #expect(try JSONDecoder().decode(Hyperparameters.self, from: json) == parameters)
    }

    static let samples: [Hyperparameters] = [
        try! Hyperparameters(task: .regression),
        try! Hyperparameters(task: .regression, maxFeatures: .fraction(1), maxSamples: .fraction(0.5)),
        try! Hyperparameters(task: .regression, maxFeatures: .count(1), maxSamples: .fraction(1)),
        try! Hyperparameters(task: .regression, maxDepth: 5, maxFeatures: .all, monotonicConstraints: [1, 0, -1]),
        try! Hyperparameters(task: .classification, maxFeatures: .log2, classWeight: .weights([0: 1, 1: 2.5])),
        try! Hyperparameters(task: .classification, criterion: .logLoss, classWeight: .balancedSubsample),
    ]

    @Test("JSON with scikit-learn's names is understood; what is absent takes the default")
    func decoding() throws {
        let json = Data(#"{"task":"classification","n_estimators":7,"max_features":null,"max_depth":null}"#.utf8)
        let parameters = try JSONDecoder().decode(Hyperparameters.self, from: json)
        #expect(parameters == (try Hyperparameters(task: .classification, treeCount: 7, maxFeatures: .all)))
    }

    @Test(
        "What is out of range is refused by name",
        arguments: [
            #"{"task":"regression","n_estimators":0}"#: "n_estimators",
            #"{"task":"regression","max_depth":0}"#: "max_depth",
            #"{"task":"regression","min_samples_split":1}"#: "min_samples_split",
            #"{"task":"regression","min_samples_split":1.5}"#: "min_samples_split",
            #"{"task":"regression","min_samples_leaf":0}"#: "min_samples_leaf",
            #"{"task":"regression","min_weight_fraction_leaf":0.6}"#: "min_weight_fraction_leaf",
            #"{"task":"regression","max_features":-1}"#: "max_features",
            #"{"task":"regression","max_features":1.5}"#: "max_features",
            #"{"task":"regression","max_leaf_nodes":1}"#: "max_leaf_nodes",
            #"{"task":"regression","min_impurity_decrease":-1}"#: "min_impurity_decrease",
            #"{"task":"regression","max_samples":0}"#: "max_samples",
            #"{"task":"regression","ccp_alpha":-0.1}"#: "ccp_alpha",
            #"{"task":"regression","monotonic_cst":[2]}"#: "monotonic_cst",
            #"{"task":"classification","class_weight":{"0":-1}}"#: "class_weight",
        ]
    )
    func ranges(_ json: String, _ parameter: String) throws {
        let error = #expect(throws: TrainingError.self) {
            try JSONDecoder().decode(Hyperparameters.self, from: Data(json.utf8))
        }
        #expect(error?.code == .invalidParameter)
        #expect(error?.parameter == parameter)
    }

    @Test(
        "What contradicts is refused by name",
        arguments: [
            #"{"task":"regression","criterion":"gini"}"#: "criterion",
            #"{"task":"classification","criterion":"poisson"}"#: "criterion",
            #"{"task":"regression","bootstrap":false,"oob_score":true}"#: "oob_score",
            #"{"task":"regression","bootstrap":false,"max_samples":10}"#: "max_samples",
            #"{"task":"regression","class_weight":"balanced"}"#: "class_weight",
        ]
    )
    func contradictions(_ json: String, _ parameter: String) throws {
        let error = #expect(throws: TrainingError.self) {
            try JSONDecoder().decode(Hyperparameters.self, from: Data(json.utf8))
        }
        #expect(error?.code == .contradictoryParameters)
        #expect(error?.parameter == parameter)
    }
}
