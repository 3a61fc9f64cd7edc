internal import CLibPQ

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// Where the database is and how to get in: libpq's connection parameters, as given.
///
/// What is not given stays libpq's to find: in the `PG*` environment, the service file, the password file.
/// Everything that libpq knows passes through: several hosts, `target_session_attrs`, `sslmode` and its relatives.
public struct PostgresConfiguration: Sendable, Hashable {
    /// The given parameters by libpq's names.
    public private(set) var parameters: [String: String]

    /// Prepares statements that are executed often.
    ///
    /// Leave it on behind a pooler in transaction mode as well: its presence is noticed, and nothing is prepared.
    public var preparesStatements = true

    /// How long to keep trying to connect while the server cannot be reached or is starting up.
    public var connectRetryLimit: Duration = .zero

    /// How long a statement may go without an answer before its connection counts as lost; nil: for ever.
    ///
    /// For statements that are always quick: TCP notices a peer that vanished, but not one that hangs, nor a network
    /// in between that takes bytes and loses them.
    public var answerLimit: Duration?

    /// Parameters by libpq's names; `["host": "/tmp", "dbname": "coppice"]`.
    public init(parameters: [String: String]) {
        self.parameters = parameters
    }

    /// Reads a libpq URI (`postgresql://…`) or `key=value` string.
    ///
    /// Throws `PostgresError` with code `invalidConfiguration`, whose message repeats no part that may be a password.
    public init(_ connectionString: String) throws(PostgresError) {
        try Self.refuseBrokenAuthority(connectionString)
        var message: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(connectionString, &message) else {
            let reason = message.map { String(cString: $0) } ?? "out of memory"
            PQfreemem(message)
            throw PostgresError(.invalidConfiguration, Self.withoutQuotations(reason))
        }
        defer { PQconninfoFree(options) }
        parameters = [:]
        for option in Self.each(options) {
            if let value = option.val { parameters[String(cString: option.keyword)] = String(cString: value) }
        }
        if let port = parameters["port"], !port.split(separator: ",").allSatisfy({ UInt16($0) != nil }) {
            throw PostgresError(
                .invalidConfiguration,
                "the port is not a number between 0 and 65535; \(Self.encodingHint)"
            )
        }
    }

    public subscript(keyword: String) -> String? {
        get { parameters[keyword] }
        set { parameters[keyword] = newValue }
    }
}

extension PostgresConfiguration {
    /// What the environment names: `DATABASE_URL`, else the `PG*` variables if one of them says where the database is.
    ///
    /// `nil` if nothing is named. Throws as `init(_:)` does.
    public static func fromEnvironment(
        _ environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(PostgresError) -> PostgresConfiguration? {
        if let url = environment["DATABASE_URL"], !url.isEmpty { return try PostgresConfiguration(url) }
        guard let defaults = PQconndefaults() else { return nil }
        defer { PQconninfoFree(defaults) }
        var parameters: [String: String] = [:]
        for option in each(defaults) {
            guard let variable = option.envvar, let value = environment[String(cString: variable)], !value.isEmpty
            else { continue }
            parameters[String(cString: option.keyword)] = value
        }
        let naming: Set = ["host", "hostaddr", "port", "dbname", "user", "service"]
        guard !naming.isDisjoint(with: parameters.keys) else { return nil }
        return PostgresConfiguration(parameters: parameters)
    }

    /// The parameters with Coppice's defaults where neither the user, the environment nor a service file has a say.
    func connectionParameters(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> [String: String] {
        var result = parameters
        // Rows and statements are decoded as UTF-8, whatever PGCLIENTENCODING says.
        result["client_encoding"] = "UTF8"
        result["fallback_application_name"] = parameters["fallback_application_name"] ?? "coppice"
        guard parameters["service"] == nil, environment["PGSERVICE"] == nil else { return result }
        var defaults = [
            // A peer that vanished is noticed within a minute, idle or not.
            "keepalives_idle": "30", "keepalives_interval": "10", "keepalives_count": "3", "tcp_user_timeout": "60000",
        ]
        if environment["PGCONNECT_TIMEOUT"] == nil { defaults["connect_timeout"] = "10" }
        result.merge(defaults) { given, _ in given }
        return result
    }

    /// A `key=value` string for another program, such as `psql`. It contains the password; do not log it.
    public var connectionString: String { keyValues { $1 } }

    /// The same as a URI. It contains the password; do not log it.
    public var uri: String {
        let pairs = parameters.filter { $0.key != "dbname" }.sorted { $0.key < $1.key }
            .map { "\($0.key)=\(Self.percentEncoded($0.value))" }
        let database = Self.percentEncoded(parameters["dbname"] ?? "")
        return "postgresql:///\(database)" + (pairs.isEmpty ? "" : "?") + pairs.joined(separator: "&")
    }

    private static func percentEncoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in text.utf8 {
            let character = Character(UnicodeScalar(byte))
            if character.isASCII, character.isLetter || character.isNumber || "-._~/".contains(character) {
                result.append(byte)
            } else {
                result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private func keyValues(_ value: (String, String) -> String) -> String {
        parameters.sorted { $0.key < $1.key }
            .map { key, given in
                let escaped = value(key, given).replacing("\\", with: "\\\\").replacing("'", with: "\\'")
                let isPlain = !escaped.isEmpty && !escaped.contains { $0.isWhitespace || $0 == "\\" }
                return "\(key)=" + (isPlain ? escaped : "'\(escaped)'")
            }
            .joined(separator: " ")
    }

    private static func each(_ options: UnsafeMutablePointer<PQconninfoOption>) -> some Sequence<PQconninfoOption> {
        sequence(first: options) { $0 + 1 }.lazy.prefix { $0.pointee.keyword != nil }.map(\.pointee)
    }
}

extension PostgresConfiguration: CustomStringConvertible, CustomReflectable {
    /// The parameters, secrets masked.
    public var description: String { keyValues { Self.isSecret($0) ? "****" : $1 } }

    public var customMirror: Mirror { Mirror(self, children: ["parameters": description]) }

    private static func isSecret(_ keyword: String) -> Bool {
        keyword == "password" || keyword == "sslpassword"
    }

    /// `text` with every secret of this configuration masked: for messages that come from elsewhere.
    public func masking(_ text: String) -> String {
        parameters.filter { Self.isSecret($0.key) && !$0.value.isEmpty }
            .reduce(text) { $0.replacing($1.value, with: "****") }
    }
}

extension PostgresConfiguration {
    private static let encodingHint = "percent-encode special characters in the user name and the password"

    /// An unencoded `/`, `?` or `#` in a password moves the rest of it into the port or the database name, which
    /// error messages show. Such a URI still has an `@` further on, and is refused before libpq sees it.
    private static func refuseBrokenAuthority(_ text: String) throws(PostgresError) {
        guard let separator = text.firstRange(of: "://"), text[..<separator.lowerBound].hasPrefix("postgres") else {
            return
        }
        let rest = text[separator.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let path = rest[authority.endIndex...].prefix { $0 != "?" }
        guard !path.contains("@"), authority.count(where: { $0 == "@" }) <= 1, !authority.isEmpty || !rest.contains("@")
        else { throw PostgresError(.invalidConfiguration, "it has an '@' in an unexpected place; \(encodingHint)") }
        if !authority.contains("@"), let question = rest.firstIndex(of: "?"), authority.endIndex == question,
            rest[question...].contains("@")
        {
            throw PostgresError(.invalidConfiguration, "it has an '@' in an unexpected place; \(encodingHint)")
        }
    }

    /// libpq quotes what it could not read, which may be a piece of a password.
    private static func withoutQuotations(_ message: String) -> String {
        var result = ""
        var isQuoted = false
        for character in message.onOneLine {
            if character == "\"" {
                isQuoted.toggle()
                result += isQuoted ? "\"…" : "\""
            } else if !isQuoted {
                result.append(character)
            }
        }
        return result
    }
}
