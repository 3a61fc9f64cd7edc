internal import Postgres

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// One time that an alias was set, moved or removed.
public struct AliasMove: Sendable, Equatable {
    public let alias: String
    /// Where it pointed before; nil: it did not exist.
    public let from: Int?
    /// Where it points since; nil: it was removed.
    public let to: Int?
    public let movedAt: Date
    /// The login role that moved it.
    public let movedBy: String
}

extension RegistryStore {
    /// The moves of the aliases of a model, newest first.
    public func aliasMoves(of model: String, limit: Int) async throws -> [AliasMove] {
        try await pool.withSession { session in
            try session.execute(
                """
                select a.alias, a.from_version, a.to_version, a.moved_at, a.moved_by
                from coppice.alias_moves a
                where a.registered_model_no = (
                    select registered_model_no from coppice.registered_models where name = \(model)
                )
                order by a.move_no desc
                limit \(Int64(limit))
                """
            ).map { row in
                AliasMove(
                    alias: try row.string("alias"),
                    from: try row.intOrNil("from_version"),
                    to: try row.intOrNil("to_version"),
                    movedAt: try row.date("moved_at"),
                    movedBy: try row.string("moved_by")
                )
            }
        }
    }
}
