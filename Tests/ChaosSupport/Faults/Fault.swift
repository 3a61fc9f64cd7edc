/// What can happen to workers, to the server, and to the network between them.
public enum Fault: String, CaseIterable, Sendable {
    case kill = "worker killed (SIGKILL)"
    case killBeforeFence = "worker killed with a finished job in its hands"
    case killInsideFinish = "worker killed inside the finishing transaction"
    case sleep = "worker asleep past its lease (SIGSTOP, SIGCONT)"
    case sleepBeforeFence = "worker asleep past its lease with a finished job in its hands"
    case sleepInsideFinish = "worker asleep past its lease inside the finishing transaction"
    case terminate = "worker asked to stop (SIGTERM)"
    case terminateInsideFinish = "worker asked to stop inside the finishing transaction"
    case terminateDuringStart = "worker asked to stop while it starts"
    case serverCrash = "server stopped without a checkpoint (stop -m immediate), started again"
    case serverKill = "every process of the server killed (kill -9), started again"
    case readOnly = "server read-only for a while, as a demoted primary is (25006)"
    case cut = "all connections of a worker cut"
    case blackHole = "all connections of a worker in a black hole, later cut"
    case hang = "all connections of a worker hang for good; new ones work"
    case clockJump = "clock of a worker jumps by up to an hour"
    case diskFull = "disk of a worker's artifacts full for a while"
    case loseCommitAnswer = "connection cut after COMMIT was sent, before its answer came"
    case loseCommit = "connection cut before COMMIT arrived"
    case loseSubmitAnswer = "connection of a submitter cut after COMMIT was sent"
    case loseSubmit = "connection of a submitter cut before COMMIT arrived"

    /// How often, beside the others.
    var weight: Int {
        switch self {
        case .kill: 10
        case .killBeforeFence, .killInsideFinish: 5
        case .sleep: 9
        case .sleepBeforeFence: 10
        case .sleepInsideFinish: 6
        case .terminate: 9
        case .terminateInsideFinish: 4
        case .terminateDuringStart: 4
        case .serverCrash, .serverKill, .readOnly: 3
        case .cut: 9
        case .blackHole: 5
        case .hang: 1
        case .clockJump: 4
        case .diskFull: 3
        case .loseCommitAnswer: 9
        case .loseCommit: 4
        case .loseSubmitAnswer: 3
        case .loseSubmit: 2
        }
    }

    /// `count` faults in an order that `random` decides: as many of each kind as its weight says, and one at least.
    ///
    /// Each kind comes once before any comes again, so that one that waits in vain has another chance; those that need
    /// a submission come first of all, because submissions end before the jobs do.
    static func plan(_ count: Int, of kinds: [Fault], using random: inout SeededRandom) -> [Fault] {
        let total = max(kinds.map(\.weight).reduce(0, +), 1)
        let (early, late) = (kinds.filter(\.needsSubmission), kinds.filter { !$0.needsSubmission })
        var further = kinds.flatMap { Array(repeating: $0, count: max(0, count * $0.weight / total - 1)) }
        while kinds.count + further.count < count { further.append(kinds.randomElement(using: &random) ?? .kill) }
        let plan =
            early.shuffled(using: &random) + late.shuffled(using: &random) + further.shuffled(using: &random)
        return Array(plan.prefix(max(count, 0)))
    }

    private var needsSubmission: Bool { self == .loseSubmitAnswer || self == .loseSubmit }
}
