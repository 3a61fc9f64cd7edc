public import Postgres

extension PostgresConfiguration {
    /// A URI that may be shown, and given to other programs as an argument.
    public var uriWithoutPassword: String {
        var shown = self
        for keyword in ["password", "sslpassword", "fallback_application_name"] { shown[keyword] = nil }
        return shown.uri
    }
}
