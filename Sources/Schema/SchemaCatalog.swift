public import Postgres

/// What the database says about itself.
public struct SchemaCatalog: Sendable {
    let pool: PostgresPool

    public init(pool: PostgresPool) { self.pool = pool }

    /// A view of the public contract, with the comments that explain it.
    public struct View: Sendable {
        public let name: String
        public let comment: String
        public let columns: [Column]
    }

    public struct Column: Sendable {
        public let name: String
        public let type: String
        public let comment: String
    }

    public struct Facts: Sendable {
        /// PostgreSQL's version.
        public let server: String
        /// In bytes.
        public let databaseSize: Int64
        /// The number of the newest migration.
        public let schemaVersion: Int
    }

    /// The stable views by name.
    public func views() async throws -> [View] {
        try await pool.withSession { session in
            let rows = try session.execute(
                """
                select c.relname as name, coalesce(obj_description(c.oid, 'pg_class'), '') as comment,
                    a.attname as column_name, format_type(a.atttypid, a.atttypmod) as type,
                    coalesce(col_description(c.oid, a.attnum), '') as column_comment
                from pg_catalog.pg_class c
                join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                where c.relnamespace = 'coppice'::regnamespace and c.relkind = 'v' and c.relname like '%\\_history'
                order by c.relname, a.attnum
                """
            ).map { row in
                (
                    name: try row.string("name"), comment: try row.string("comment"),
                    column: Column(
                        name: try row.string("column_name"),
                        type: try row.string("type"),
                        comment: try row.string("column_comment")
                    )
                )
            }
            var views: [View] = []
            for row in rows {
                if let last = views.last, last.name == row.name {
                    views[views.count - 1] = View(
                        name: last.name,
                        comment: last.comment,
                        columns: last.columns + [row.column]
                    )
                } else {
                    views.append(View(name: row.name, comment: row.comment, columns: [row.column]))
                }
            }
            return views
        }
    }

    public func facts() async throws -> Facts {
        try await pool.withSession { session in
            let row = try session.execute(
                """
                select current_setting('server_version') as server, pg_database_size(current_database()) as size,
                    (select max(version) from coppice.schema_migrations) as version
                """
            )[0]
            return Facts(
                server: try row.string("server"),
                databaseSize: try row.int64("size"),
                schemaVersion: try row.int("version")
            )
        }
    }
}
