import FoundationEssentials
import LocalPostgres

/// A directory for one test's cluster, which is stopped and removed afterwards.
enum Home {
    static func with(_ body: (String) async throws -> Void) async throws {
        let home = "/tmp/coppice-home-" + String(UInt64.random(in: .min ... .max), radix: 36)
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(home))
        } catch {
            outcome = .failure(error)
        }
        _ = try? await LocalCluster(home: home).kill()
        try? FileManager.default.removeItem(atPath: home)
        try outcome.get()
    }
}
