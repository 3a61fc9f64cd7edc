internal import FoundationEssentials
internal import LocalPostgres
public import Postgres

/// Lends a private cluster with durable settings and all migrations, which is removed afterwards.
public func withTemporaryCluster(_ body: (PostgresConfiguration) async throws -> Void) async throws {
    let home = "/tmp/coppice-benchmark-" + String(UInt64.random(in: .min ... .max), radix: 36)
    defer { try? FileManager.default.removeItem(atPath: home) }
    let cluster = LocalCluster(home: home, settings: .durable)
    let configuration = try await cluster.start()
    do {
        try await body(configuration)
    } catch {
        _ = try? await cluster.stop()
        throw error
    }
    try await cluster.stop()
}
