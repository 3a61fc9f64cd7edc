/// The server's reason for an error: five characters, of which the first two are the class.
///
/// See the appendix “PostgreSQL Error Codes” of its manual. The static members are those that a program may want to tell apart.
public struct SQLState: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public var description: String { rawValue }

    /// The first two characters, such as `08`: connection exception.
    public var stateClass: Substring { rawValue.prefix(2) }

    public static let featureNotSupported = SQLState(rawValue: "0A000")
    public static let noData = SQLState(rawValue: "02000")
    public static let connectionException = SQLState(rawValue: "08000")
    public static let connectionFailure = SQLState(rawValue: "08006")
    public static let characterNotInRepertoire = SQLState(rawValue: "22021")
    public static let numericValueOutOfRange = SQLState(rawValue: "22003")
    public static let invalidTextRepresentation = SQLState(rawValue: "22P02")
    public static let notNullViolation = SQLState(rawValue: "23502")
    public static let foreignKeyViolation = SQLState(rawValue: "23503")
    public static let uniqueViolation = SQLState(rawValue: "23505")
    public static let checkViolation = SQLState(rawValue: "23514")
    public static let readOnlyTransaction = SQLState(rawValue: "25006")
    public static let inFailedTransaction = SQLState(rawValue: "25P02")
    public static let invalidStatementName = SQLState(rawValue: "26000")
    public static let invalidAuthorization = SQLState(rawValue: "28000")
    public static let invalidPassword = SQLState(rawValue: "28P01")
    public static let invalidDatabaseName = SQLState(rawValue: "3D000")
    public static let serializationFailure = SQLState(rawValue: "40001")
    public static let deadlockDetected = SQLState(rawValue: "40P01")
    public static let insufficientPrivilege = SQLState(rawValue: "42501")
    public static let syntaxError = SQLState(rawValue: "42601")
    public static let undefinedColumn = SQLState(rawValue: "42703")
    public static let undefinedFunction = SQLState(rawValue: "42883")
    public static let undefinedTable = SQLState(rawValue: "42P01")
    public static let duplicateDatabase = SQLState(rawValue: "42P04")
    public static let duplicatePreparedStatement = SQLState(rawValue: "42P05")
    public static let invalidSchemaName = SQLState(rawValue: "3F000")
    public static let diskFull = SQLState(rawValue: "53100")
    public static let outOfMemory = SQLState(rawValue: "53200")
    public static let tooManyConnections = SQLState(rawValue: "53300")
    public static let objectInUse = SQLState(rawValue: "55006")
    public static let lockNotAvailable = SQLState(rawValue: "55P03")
    public static let queryCanceled = SQLState(rawValue: "57014")
    public static let adminShutdown = SQLState(rawValue: "57P01")
    public static let crashShutdown = SQLState(rawValue: "57P02")
    public static let cannotConnectNow = SQLState(rawValue: "57P03")
    public static let raiseException = SQLState(rawValue: "P0001")
}
