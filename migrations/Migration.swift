/// One numbered step of the schema: `NNNN_snake_case.sql`.
public struct Migration: Sendable, Equatable {
    /// Its number; they start at 1 and have no gaps.
    public let version: Int
    /// The part of the file name after the number.
    public let name: String
    /// The statements, as written in the file.
    public let sql: String

    public init(version: Int, name: String, sql: String) {
        self.version = version
        self.name = name
        self.sql = sql
    }

    /// All migrations of this build, in order.
    public static let all: [Migration] = EmbeddedFiles.all.enumerated().map { index, file in
        let parts = file.name.dropLast(".sql".count).split(separator: "_", maxSplits: 1)
        guard parts.count == 2, parts[0].count == 4, Int(parts[0]) == index + 1 else {
            preconditionFailure("migrations/\(file.name): expected NNNN_snake_case.sql with number \(index + 1)")
        }
        return Migration(version: index + 1, name: String(parts[1]), sql: file.text)
    }
}
