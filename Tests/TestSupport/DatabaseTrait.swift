internal import FoundationEssentials
public import Testing

/// Gives each test a fresh database.
public struct DatabaseTrait: SuiteTrait, TestTrait, TestScoping {
    let isMigrated: Bool

    public var isRecursive: Bool { true }

    public func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? {
        // Once per case: a suite has no database of its own.
        test.isSuite || testCase == nil ? nil : self
    }

    public func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        // A trait of the test stands before that of its suite.
        let server = try await TestServer.shared.get()
        let database = try await server.makeDatabase(isMigrated: isMigrated)
        let outcome: Result<Void, any Error>
        do {
            try await TestDatabase.$current.withValue(database) { try await function() }
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        try await server.drop(database)
        try outcome.get()
    }
}

extension Trait where Self == DatabaseTrait {
    /// A fresh database with all migrations for each test.
    public static var database: Self { DatabaseTrait(isMigrated: true) }

    /// A fresh database with nothing in it for each test.
    public static var emptyDatabase: Self { DatabaseTrait(isMigrated: false) }
}
