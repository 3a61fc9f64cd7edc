import Testing

@testable import Jobs

@Suite("When a failed job is tried again")
struct RetryPolicyTests {
    @Test(
        "The delay doubles with each failure up to the longest, half of it fixed and half random",
        arguments: [(0, 2), (1, 4), (3, 16), (8, 512), (9, 600), (63, 600), (1000, 600)]
    )
    func doubles(failures: Int, seconds: Int) {
        let policy = RetryPolicy.standard
        #expect(policy.delay(failures: failures, jitter: 0) == .seconds(seconds) / 2)
        #expect(policy.delay(failures: failures, jitter: 1) == .seconds(seconds))
        #expect((.seconds(seconds) / 2 ... .seconds(seconds)).contains(policy.delay(failures: failures)))
    }
}
