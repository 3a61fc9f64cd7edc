// JSON tells 1 from 1.0 no better than most decoders do, yet scikit-learn reads 1 as one row and 1.0 as all rows.
// So counts are written as integers, shares that are whole numbers as strings ("1.0"), and both are read.

extension Hyperparameters.SampleCount: Codable {
    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let text = try? value.decode(String.self) {
            self = try Self(text: text) ?? value.invalid("expected a number, found \(text)")
        } else if let count = try? value.decode(Int.self) {
            self = .count(count)
        } else {
            self = .fraction(try value.decode(Double.self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .count(let count): try value.encode(count)
        case .fraction(let share) where share == share.rounded(): try value.encode(python)
        case .fraction(let share): try value.encode(share)
        }
    }

    /// Reads Python's spelling: "3" is a count, "3.0" and "0.5" are shares.
    public init?(text: String) {
        if let count = Int(text) {
            self = .count(count)
        } else if let share = Double(text) {
            self = .fraction(share)
        } else {
            return nil
        }
    }
}

extension Hyperparameters.MaxFeatures: Codable {
    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .all
        } else if let text = try? value.decode(String.self) {
            self = try Self(text: text) ?? value.invalid("expected sqrt, log2, None or a number, found \(text)")
        } else if let count = try? value.decode(Int.self) {
            self = .count(count)
        } else {
            self = .fraction(try value.decode(Double.self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .all: try value.encodeNil()
        case .squareRoot, .log2: try value.encode(python)
        case .count(let count): try value.encode(count)
        case .fraction(let share) where share == share.rounded(): try value.encode(python)
        case .fraction(let share): try value.encode(share)
        }
    }

    /// Reads Python's spelling: "sqrt", "log2", "None", "3" (a count), "1.0" (a share).
    public init?(text: String) {
        switch text {
        case "sqrt": self = .squareRoot
        case "log2": self = .log2
        case "None", "none": self = .all
        default:
            guard let number = Hyperparameters.SampleCount(text: text) else { return nil }
            switch number {
            case .count(let count): self = .count(count)
            case .fraction(let share): self = .fraction(share)
            }
        }
    }
}

extension Hyperparameters.ClassWeight: Codable {
    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let text = try? value.decode(String.self) {
            switch text {
            case "balanced": self = .balanced
            case "balanced_subsample": self = .balancedSubsample
            default: self = try value.invalid("expected balanced, balanced_subsample or weights, found \(text)")
            }
        } else {
            self = .weights(try value.decode([Int: Double].self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .balanced, .balancedSubsample: try value.encode(python)
        case .weights(let weights): try value.encode(weights)
        }
    }
}

extension SingleValueDecodingContainer {
    fileprivate func invalid<Value>(_ message: String) throws -> Value {
        throw DecodingError.dataCorruptedError(in: self, debugDescription: message)
    }
}
