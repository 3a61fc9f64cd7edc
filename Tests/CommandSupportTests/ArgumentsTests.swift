import Testing

@testable import CommandSupport

@Suite("Arguments")
struct ArgumentsTests {
    @Test(
        "A negative number belongs to the option before it",
        arguments: [
            (["train", "--priority", "-5", "--wait"], ["train", "--priority=-5", "--wait"]),
            (["--monotonic-cst", "-1:0:1"], ["--monotonic-cst=-1:0:1"]), (["--delay", "-5m"], ["--delay=-5m"]),
            (["--priority=1", "-5"], ["--priority=1", "-5"]), (["--", "-5"], ["--", "-5"]),
            (["--config", "-x"], ["--config", "-x"]), (["--json", "-"], ["--json", "-"]), (["-5"], ["-5"]), ([], []),
        ]
    )
    func negativeNumbers(given: [String], expected: [String]) {
        #expect(given.joiningNegativeNumbers == expected)
    }
}
