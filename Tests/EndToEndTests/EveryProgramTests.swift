import Testing

@Suite("What the three programs have in common", .timeLimit(.minutes(10)))
struct EveryProgramTests {
    private static let names = ["submit", "worker", "coppice"]

    @Test("Version and help go to standard output", arguments: names, ["--version", "--help"])
    func information(name: String, option: String) async throws {
        let outcome = try await Program(name: name).run([option])
        #expect(outcome.status == 0)
        #expect(!outcome.output.isEmpty)
        #expect(outcome.errors.isEmpty)
    }

    @Test("An unknown option is one line and status 64", arguments: names)
    func unknownOption(name: String) async throws {
        try await Program(name: name).run(["--colour", "green"]).expectError(status: 64, name, "--help")
    }

    @Test("Each writes completions that its shell can read", arguments: names)
    func completions(name: String) async throws {
        let outcome = try await Program(name: name).run(["--generate-completion-script", "bash"])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("complete -o filenames -F"))
    }
}
