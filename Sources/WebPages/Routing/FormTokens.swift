internal import Artifacts

/// Tokens that prove that a form came from one of our pages, shown to the one who sends it.
///
/// HMAC-SHA-256 (RFC 2104) of the visitor's cookie with a key that this process made: other sites know neither.
struct FormTokens: Sendable {
    /// The field of forms.
    static let field = "form_token"

    private let key: [UInt8]

    init() {
        var random = SystemRandomNumberGenerator()
        key = (0..<64).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    func token(for visitor: String) -> String {
        let inner = Digest(of: key.map { $0 ^ 0x36 } + Array(visitor.utf8))
        return Digest(of: key.map { $0 ^ 0x5C } + inner.bytes).hex
    }

    /// Looks at every byte, whatever the first ones are.
    func isValid(_ token: String, for visitor: String) -> Bool {
        let expected = Array(self.token(for: visitor).utf8)
        let given = Array(token.utf8)
        guard given.count == expected.count else { return false }
        return zip(given, expected).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// A name for a visitor that nobody can guess.
    static func randomVisitor() -> String {
        var random = SystemRandomNumberGenerator()
        return Digest(of: (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }).hex
    }
}
