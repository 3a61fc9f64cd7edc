/// What a page says after something was done. It travels in the address as its name, so that nobody can make a link that
/// puts words of theirs on our page.
enum Notice: String, Sendable, CaseIterable {
    case signedOut = "signed-out"
    case created, deleted, restored, saved
    case runsDeleted = "runs-deleted"
    case nothingSelected = "nothing-selected"
    case submitted
    case jobCancelled = "job-cancelled"
    case jobCancelling = "job-cancelling"
    case jobEnded = "job-ended"
    case jobQueued = "job-queued"
    case jobUnchanged = "job-unchanged"
    case queuePaused = "queue-paused"
    case queueResumed = "queue-resumed"
    case aliasMoved = "alias-moved"
    case aliasRemoved = "alias-removed"
    case scheduleRemoved = "schedule-removed"

    static let parameter = "done"

    var text: String {
        switch self {
        case .signedOut: "You are signed out."
        case .created: "It was created."
        case .deleted: "It was deleted, and can be restored."
        case .restored: "It was restored."
        case .saved: "It was saved."
        case .runsDeleted: "The runs were deleted, and can be restored from the list of deleted runs."
        case .scheduleRemoved: "The schedule was removed."
        case .submitted: "It was queued. This page follows it."
        case .jobCancelled: "The job was cancelled."
        case .jobCancelling: "The job was asked to stop; it ends in a moment."
        case .jobEnded: "The job had ended before; nothing was changed."
        case .jobQueued: "The job was queued again."
        case .jobUnchanged: "Only jobs that failed or were cancelled can be tried again; nothing was changed."
        case .queuePaused: "The queue is paused: what runs goes on, and nothing new starts."
        case .queueResumed: "The queue is open again."
        case .aliasMoved: "The alias points at this version now."
        case .aliasRemoved: "The alias was removed."
        case .nothingSelected: "Nothing was selected: tick the boxes of some runs first."
        }
    }
}
