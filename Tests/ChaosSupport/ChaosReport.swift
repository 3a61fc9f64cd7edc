/// What a run did, and what was found afterwards.
public struct ChaosReport: Sendable {
    /// What has to be more than nothing, or the run has proved nothing.
    public struct Evidence: Sendable {
        /// Attempts whose worker was lost.
        public let lostAttempts: Int
        /// Workers that asked the fence to publish what was another's by then, and were refused.
        public let refusedZombies: Int
        /// Commits whose answer a worker never got, and about whose fate it asked.
        public let commitsInDoubt: Int
        /// Jobs that were given to an idle worker by who submitted them.
        public let handedOver: Int
    }

    public let options: ChaosOptions
    /// The kinds of faults that could be injected here.
    public let possibleKinds: [Fault]
    public let seconds: Double
    /// How many jobs ended in each state.
    public let jobs: [String: Int]
    public let acknowledged: Int
    public let attempts: [String: Int]
    public let injected: [Fault: Int]
    public let missed: [Fault: Int]
    public let evidence: Evidence
    public let recovery: Recovery
    public let findings: [Invariant.Finding]
    /// What no worker should do: crash, or not stop.
    public let misbehaviour: [String]
    /// How often the workers logged each warning and error.
    public let complaints: [String: Int]

    /// How soon a lost job has to be claimed again: its lease, the rescue period, and 2 seconds.
    public var restartLimit: Double { options.lease / .seconds(1) + 1 + 2 }
    /// How soon after its return the server has to see a claim.
    public static let firstClaimLimit = 5.0

    /// All violations of invariants, and what workers did that they should not.
    public var violations: [String] {
        findings.flatMap { finding in finding.violations.map { "\(finding.invariant): \($0)" } } + misbehaviour
    }

    /// Why the run proves less than it should: nothing was lost, refused, in doubt or handed over.
    public var weaknesses: [String] {
        var result: [String] = []
        if evidence.lostAttempts == 0 { result.append("no attempt was lost") }
        if evidence.refusedZombies == 0 { result.append("no zombie was refused") }
        if evidence.commitsInDoubt == 0 { result.append("no commit was in doubt") }
        if evidence.handedOver == 0 { result.append("no job was handed over") }
        for fault in possibleKinds where options.faults > 0 && injected[fault, default: 0] == 0 {
            result.append("never happened: \(fault.rawValue)")
        }
        return result
    }

    /// Whether a job was published twice: what a run without the fence has to find.
    public var hasFoundDoublePublication: Bool {
        findings.contains { finding in
            !finding.violations.isEmpty
                && (finding.invariant == Invariant.onlySuccessPublishes.name
                    || finding.invariant == Invariant.versionIffSucceeded.name)
        }
    }

    /// Recoveries that took longer than promised.
    public var delays: [String] {
        recovery.restarts.filter { $0.seconds > restartLimit }.map { restart in
            "job \(restart.job) was claimed again \(restart.seconds.figure) s after its worker died, handed back after "
                + "\(restart.rescued.figure) s; meanwhile: " + restart.meanwhile.joined(separator: "; ")
        }
            + recovery.firstClaims.filter { $0 > Self.firstClaimLimit }
            .map { "the first claim came \($0.figure) s after the server's return" }
    }
}

extension ChaosReport: CustomStringConvertible {
    public var description: String {
        var lines = [
            "\(options.jobs) jobs, \(options.workers) workers, \(options.faults) faults, seed \(options.seed), "
                + "lease \(options.lease / .seconds(1)) s: \(Int(seconds)) s",
            "",
            "faults",
        ]
        for fault in options.kinds {
            let missed = missed[fault].map { ", \($0) waited in vain" } ?? ""
            lines.append(row(injected[fault, default: 0], fault.rawValue + missed))
        }
        lines += ["", "jobs (\(acknowledged) submissions acknowledged)"]
        lines += jobs.sorted { $0.key < $1.key }.map { row($0.value, $0.key) }
        lines += ["", "attempts"] + attempts.sorted { $0.key < $1.key }.map { row($0.value, $0.key) }
        lines += [
            "", "evidence",
            row(evidence.lostAttempts, "attempts lost with their worker"),
            row(evidence.refusedZombies, "zombies refused by the fence"),
            row(evidence.commitsInDoubt, "commits in doubt, resolved by reading the attempt's outcome"),
            row(evidence.handedOver, "jobs handed over to an idle worker by their submission"),
        ]
        lines += ["", "invariants: violations of things looked at"]
        for finding in findings {
            let count = finding.violations.count
            lines.append("\(pad("\(count) of \(finding.checked)", 16))  \(finding.invariant)")
        }
        lines += [
            "", "recovery",
            summary(recovery.restarts.map(\.seconds), "lost job claimed again", limit: restartLimit),
            summary(recovery.firstClaims, "first claim after the server's return", limit: Self.firstClaimLimit),
        ]
        if !complaints.isEmpty { lines += ["", "warnings and errors that workers logged"] }
        lines += complaints.sorted { $0.value > $1.value }.prefix(12).map { row($0.value, $0.key) }
        let problems = violations + weaknesses + delays
        lines += ["", problems.isEmpty ? "no violations" : "problems"] + problems.map { "  " + $0 }
        return lines.joined(separator: "\n")
    }

    private func summary(_ seconds: [Double], _ name: String, limit: Double) -> String {
        let sorted = seconds.sorted()
        guard let last = sorted.last else { return row(0, name) }
        return row(
            sorted.count,
            "\(name): median \(sorted[sorted.count / 2].figure) s, longest \(last.figure) s (at most \(limit.figure) s)"
        )
    }

    private func row(_ count: Int, _ name: String) -> String { pad(String(count), 8) + "  " + name }

    private func pad(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}

extension Double {
    /// With two decimals.
    var figure: String { String((self * 100).rounded() / 100) }
}
