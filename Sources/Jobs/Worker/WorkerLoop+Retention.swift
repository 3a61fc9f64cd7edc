internal import Logging

extension WorkerLoop {
    /// Removes what ended longer ago than the operator wants to keep it, in small steps between pauses.
    func forget() async {
        let patience = RetryPolicy(base: .milliseconds(50), longest: .seconds(5))
        var problems = LastingProblems(logger)
        while !Task.isCancelled {
            var (gone, failures) = (0, 0)
            await problems.watch("could not remove old jobs; trying again later") {
                // A partition that stays busy is left for the next time.
                while failures < 10, !Task.isCancelled {
                    switch try await upkeepStore.applyRetention() {
                    case 0?: failures = .max
                    case let rows?: gone += rows
                    case nil:
                        failures += 1
                        try await Task.sleep(for: patience.delay(failures: failures))
                    }
                }
            }
            if gone > 0 { logger.info("removed what ended long ago", metadata: ["rows": "\(gone)"]) }
            try? await Task.sleep(for: configuration.retentionInterval.jittered())
        }
    }
}
