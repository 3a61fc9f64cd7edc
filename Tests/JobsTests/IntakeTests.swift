import Postgres
import Testing

@testable import Jobs

@Suite("What the claims of a worker share")
struct IntakeTests {
    private func intake(_ change: (inout WorkerConfiguration) -> Void = { _ in }) -> Intake {
        var configuration = WorkerConfiguration()
        change(&configuration)
        return Intake(configuration)
    }

    private func jobs(_ count: Int, queue: String = "default") -> [ClaimedJob] {
        (1...count).map { number in
            ClaimedJob(
                lease: JobLease(
                    job: Job.ID(rawValue: Int64(number)),
                    attempt: 1,
                    worker: Worker.ID(rawValue: 1)
                ),
                kind: "train",
                queue: queue,
                spec: JSONText("{}"),
                experimentID: 0,
                runNumber: 1,
                runID: "1",
                runName: "run",
                timeout: nil,
                failures: 0,
                maxAttempts: 3,
                submittedBy: "tester"
            )
        }
    }

    @Test("Without a limit a claim may bring as much as there is room for")
    func unlimited() {
        let intake = intake()
        #expect(intake.allow(atMost: 3) == Intake.Allowance(limit: 3, shares: nil))
        #expect(intake.allow(atMost: 0) == nil)
        #expect(!intake.isUsedUp)
    }

    @Test("Claims under way count towards the jobs that a worker may run; what they did not bring is free again")
    func limited() throws {
        let intake = intake { $0.maxJobs = 3 }
        let first = try #require(intake.allow(atMost: 2))
        let second = try #require(intake.allow(atMost: 2))
        #expect(first.limit == 2 && second.limit == 1)
        #expect(intake.allow(atMost: 1) == nil)

        intake.settle(first, claimed: nil)
        intake.settle(second, claimed: jobs(1))
        #expect(intake.begun == 1 && !intake.isUsedUp)
        let third = try #require(intake.allow(atMost: 5))
        #expect(third.limit == 2)
        intake.settle(third, claimed: jobs(2))
        #expect(intake.isUsedUp && intake.allow(atMost: 1) == nil)
    }

    @Test("Jobs that end while another claim is under way leave their places to the next one")
    func alone() throws {
        let intake = intake()
        let first = try #require(intake.allow(atMost: 1, alone: true))
        #expect(intake.allow(atMost: 1, alone: true) == nil)
        #expect(intake.allow(atMost: 2) != nil)
        intake.settle(first, claimed: jobs(1))
        #expect(intake.allow(atMost: 1, alone: true) == nil)
    }

    @Test("A worker that was asked to stop claims nothing")
    func closed() {
        let intake = intake()
        intake.close()
        #expect(intake.isClosed && intake.allow(atMost: 1) == nil)
    }

    @Test("Queues take turns by weight over all claims")
    func weights() throws {
        let intake = intake {
            $0.queues = ["day", "night"]
            $0.queueWeights = ["day": 2]
        }
        var turns: [String] = []
        for _ in 0..<6 {
            let allowance = try #require(intake.allow(atMost: 1))
            let queue = ["day", "night"][try #require(allowance.shares?.firstIndex(of: 1))]
            turns.append(queue)
            intake.settle(allowance, claimed: jobs(1, queue: queue))
        }
        #expect(turns.count { $0 == "day" } == 4)
    }
}
