internal import Tracking

/// MLflow's numbers for the states of a run.
extension Run.Status: WireEnum {
    static func number(_ name: String) -> Int64? { Run.Status(rawValue: name)?.number }
    static func has(_ number: Int64) -> Bool { Run.Status(number: number) != nil }

    init?(number: Int64) {
        guard let status = Self.allCases.first(where: { $0.number == number }) else { return nil }
        self = status
    }

    private var number: Int64 {
        switch self {
        case .running: 1
        case .scheduled: 2
        case .finished: 3
        case .failed: 4
        case .killed: 5
        }
    }
}

/// MLflow's numbers for which lifecycle stages a list shows.
extension LifecycleView: WireEnum {
    static func number(_ name: String) -> Int64? {
        switch name {
        case "ACTIVE_ONLY": 1
        case "DELETED_ONLY": 2
        case "ALL": 3
        default: nil
        }
    }

    static func has(_ number: Int64) -> Bool { (1...3).contains(number) }

    init(number: Int64?) {
        switch number {
        case 2: self = .deletedOnly
        case 3: self = .all
        default: self = .activeOnly
        }
    }
}

/// MLflow's numbers for how complete a logged model is.
extension LoggedModel.Status: WireEnum {
    static func number(_ name: String) -> Int64? {
        allCases.first { $0.wireName == name }?.number
    }

    static func has(_ number: Int64) -> Bool { (0...3).contains(number) }

    init(number: Int64?) {
        self = Self.allCases.first { $0.number == number } ?? .unspecified
    }

    /// As it is written on the wire.
    var wireName: String {
        switch self {
        case .unspecified: "LOGGED_MODEL_STATUS_UNSPECIFIED"
        case .pending: "LOGGED_MODEL_PENDING"
        case .ready: "LOGGED_MODEL_READY"
        case .failed: "LOGGED_MODEL_UPLOAD_FAILED"
        }
    }

    private var number: Int64 {
        switch self {
        case .unspecified: 0
        case .pending: 1
        case .ready: 2
        case .failed: 3
        }
    }
}
