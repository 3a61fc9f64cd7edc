internal import DecisionForests

extension ForestOptions {
    /// The seed of the forest; nil: to be drawn.
    var randomState: UInt32? {
        get throws(SubmissionError) {
            guard let text = self[.randomState] else { return nil }
            guard let value = UInt32(text) else {
                throw refusal(of: text, .randomState, "give a whole number, 0 to 4294967295")
            }
            return value
        }
    }

    func integer(_ option: ForestOption) throws(SubmissionError) -> Int? {
        guard let text = self[option] else { return nil }
        guard let value = Int(text) else { throw refusal(of: text, option, "give a whole number, such as 100") }
        return value
    }

    func integerOrNone(_ option: ForestOption) throws(SubmissionError) -> Int? {
        guard let text = self[option], !text.isNone else { return nil }
        guard let value = Int(text) else { throw refusal(of: text, option, "give a whole number, such as 5, or none") }
        return value
    }

    func number(_ option: ForestOption) throws(SubmissionError) -> Double? {
        guard let text = self[option] else { return nil }
        guard let value = Double(text), value.isFinite else {
            throw refusal(of: text, option, "give a number, such as 0.01")
        }
        return value
    }

    func boolean(_ option: ForestOption) throws(SubmissionError) -> Bool? {
        switch self[option] {
        case nil: return nil
        case "true", "True": return true
        case "false", "False": return false
        case let text?: throw refusal(of: text, option, "give true or false")
        }
    }

    func choice<Choice>(_ option: ForestOption, _ type: Choice.Type) throws(SubmissionError) -> Choice?
    where Choice: RawRepresentable<String> & CaseIterable {
        guard let text = self[option] else { return nil }
        guard let value = Choice(rawValue: text) else {
            let allowed = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw refusal(of: text, option, "give one of \(allowed)")
        }
        return value
    }

    func sampleCount(_ option: ForestOption) throws(SubmissionError) -> Hyperparameters.SampleCount? {
        guard let text = self[option] else { return nil }
        guard let value = Hyperparameters.SampleCount(text: text) else {
            throw refusal(of: text, option, "give a number of rows, such as 2, or a share of them, such as 0.1")
        }
        return value
    }

    func sampleCountOrNone(_ option: ForestOption) throws(SubmissionError) -> Hyperparameters.SampleCount? {
        guard let text = self[option], !text.isNone else { return nil }
        return try sampleCount(option)
    }

    var maxFeatures: Hyperparameters.MaxFeatures? {
        get throws(SubmissionError) {
            guard let text = self[.maxFeatures] else { return nil }
            guard let value = Hyperparameters.MaxFeatures(text: text) else {
                throw refusal(
                    of: text,
                    .maxFeatures,
                    "give sqrt, log2, none (all), a number of features such as 3, or a share such as 0.5"
                )
            }
            return value
        }
    }

    /// `1:0:-1`, one for each feature; a comma would separate points of a sweep.
    var monotonicConstraints: [Int]? {
        get throws(SubmissionError) {
            guard let text = self[.monotonicConstraints], !text.isNone else { return nil }
            var constraints: [Int] = []
            for part in text.split(separator: ":", omittingEmptySubsequences: false) {
                guard let constraint = Int(part), (-1...1).contains(constraint) else {
                    throw refusal(of: text, .monotonicConstraints, "give -1, 0 or 1 for each feature, such as 1:0:-1")
                }
                constraints.append(constraint)
            }
            return constraints
        }
    }

    var classWeight: Hyperparameters.ClassWeight? {
        get throws(SubmissionError) {
            switch self[.classWeight] {
            case nil: return nil
            case let text? where text.isNone: return nil
            case "balanced": return .balanced
            case "balanced_subsample", "balanced-subsample": return .balancedSubsample
            case let text?: throw refusal(of: text, .classWeight, "give balanced, balanced_subsample or none")
            }
        }
    }

    private func refusal(of text: String, _ option: ForestOption, _ allowed: String) -> SubmissionError {
        SubmissionError(option: option.flag, "'\(text)' does not fit: \(allowed)")
    }
}

extension String {
    /// Python's None, in either spelling.
    fileprivate var isNone: Bool { self == "none" || self == "None" }
}
