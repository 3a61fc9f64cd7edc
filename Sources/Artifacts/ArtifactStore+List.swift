internal import Postgres

extension ArtifactStore {
    /// What is in a folder, one level deep, by name; nil is the root. A path that is a file, or nothing, has nothing in it.
    public func list(_ folder: ArtifactPath? = nil, of owner: ArtifactOwner) async throws -> [ArtifactEntry] {
        let prefix = folder.map { $0.description + "/" } ?? ""
        return try await pool.withSession { session in
            try session.execute(
                """
                select
                    split_part(rest.path, '/', 1) as name,
                    position('/' in rest.path) > 0 as is_folder,
                    sum(rest.size)::bigint as size,
                    count(*) as file_count
                from (
                    select substr(a.path, \(Int32(prefix.unicodeScalars.count + 1))) as path, a.size
                    from coppice.artifacts a
                    where \(owner.condition) and \(Self.isIn(folder))
                ) rest
                group by 1, 2
                order by 1, 2
                """
            ).map { row in
                ArtifactEntry(
                    path: prefix + (try row.string("name")),
                    isFolder: try row.bool("is_folder"),
                    size: try row.int64("size"),
                    fileCount: try row.int("file_count")
                )
            }
        }
    }

    /// One artifact, or nil.
    public func info(_ path: ArtifactPath, of owner: ArtifactOwner) async throws -> ArtifactInfo? {
        try await pool.withSession { session in
            try Self.infos(owner, where: "a.path = \(path.description)", in: session).first
        }
    }

    /// Every file below a folder, by path; nil is the root.
    public func files(in folder: ArtifactPath? = nil, of owner: ArtifactOwner) async throws -> [ArtifactInfo] {
        try await pool.withSession { session in
            try Self.infos(owner, where: Self.isIn(folder), in: session)
        }
    }

    static func infos(
        _ owner: ArtifactOwner,
        where condition: SQL,
        in session: borrowing Session
    ) throws -> [ArtifactInfo] {
        try session.execute(
            """
            select a.path, a.size, a.digest, a.created_at, b.location
            from coppice.artifacts a join coppice.blobs b on b.digest = a.digest
            where \(owner.condition) and \(condition)
            order by a.path
            """
        ).map { row in
            ArtifactInfo(
                path: .stored(try row.string("path")),
                size: try row.int64("size"),
                digest: Digest(unchecked: try row.bytes("digest")),
                createdAt: try row.date("created_at"),
                location: try row.string("location")
            )
        }
    }

    /// The column sorts by bytes, and "0" comes right after "/": a range, which the index serves.
    private static func isIn(_ folder: ArtifactPath?) -> SQL {
        guard let folder else { return "true" }
        return "a.path >= \(folder.description + "/") and a.path < \(folder.description + "0")"
    }

    /// The error for a path that does not exist: says what its folder has.
    func notFound(_ path: ArtifactPath, of owner: ArtifactOwner) async throws -> ArtifactError {
        let parent = path.components.dropLast().joined(separator: "/")
        let beside = try await list(parent.isEmpty ? nil : .stored(parent), of: owner)
        if beside.contains(where: { $0.path == path.description && $0.isFolder }) {
            return ArtifactError(.notFound, "'\(path)' is a folder of artifacts, not a file")
        }
        let names = beside.map { $0.path + ($0.isFolder ? "/" : "") }
        let hint =
            names.isEmpty
            ? (parent.isEmpty ? "there are none" : "there is no folder '\(parent)'")
            : "there are \(names.prefix(8).joined(separator: ", "))\(names.count > 8 ? ", …" : "")"
        return ArtifactError(.notFound, "there is no artifact '\(path.description.printable)': \(hint)")
    }
}
