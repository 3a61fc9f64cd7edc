/// Whether an experiment or a run is in use or was deleted; what was deleted can be restored.
///
/// Kept apart from a run's status: a run that failed can be deleted, and is still failed when restored.
public enum LifecycleStage: String, Sendable, Codable, CaseIterable {
    case active
    case deleted
}

/// Which lifecycle stages a list shows.
public enum LifecycleView: Sendable, Hashable, CaseIterable {
    case activeOnly
    case deletedOnly
    case all

    /// The stages it shows, as the database spells them.
    var stages: [String] {
        switch self {
        case .activeOnly: [LifecycleStage.active.rawValue]
        case .deletedOnly: [LifecycleStage.deleted.rawValue]
        case .all: LifecycleStage.allCases.map(\.rawValue)
        }
    }
}
