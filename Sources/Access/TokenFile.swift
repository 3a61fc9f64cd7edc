internal import Artifacts

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Tokens from a file of the operator: one a line, with its scope before it or else for everything. Empty lines and
/// those that begin with `#` count for nothing.
public struct TokenFile: Sendable {
    private static let minimumLength = 16

    private let tokens: [(digest: Digest, scope: AccessScope)]

    /// Throws `AccessError.invalid` that names the line, and never a token.
    public init(_ text: String) throws(AccessError) {
        var tokens: [(digest: Digest, scope: AccessScope)] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            let scope = words.count == 2 ? AccessScope(rawValue: String(first)) : .admin
            guard let scope, words.count <= 2 else {
                throw AccessError(.invalid, "line \(index + 1) of the token file is neither 'TOKEN' nor 'SCOPE TOKEN'")
            }
            guard words[words.count - 1].utf8.count >= Self.minimumLength else {
                throw AccessError(
                    .invalid,
                    "the token in line \(index + 1) of the token file is too short: "
                        + "give at least \(Self.minimumLength) characters, such as those of `openssl rand -hex 32`"
                )
            }
            tokens.append((Digest(of: words[words.count - 1].utf8), scope))
        }
        guard !tokens.isEmpty else { throw AccessError(.invalid, "the token file has no token in it") }
        self.tokens = tokens
    }

    /// Reads a file. Throws `AccessError.invalid`.
    public init(path: String) throws(AccessError) {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw AccessError(
                .invalid,
                "the token file '\(path)' cannot be read: it is missing, unreadable or not text"
            )
        }
        try self.init(text)
    }

    func scope(of digest: Digest) -> AccessScope? {
        var found: AccessScope?
        for token in tokens where Self.areEqual(token.digest, digest) { found = token.scope }
        return found
    }

    /// Looks at every byte, whatever the first ones are.
    private static func areEqual(_ left: Digest, _ right: Digest) -> Bool {
        var difference: UInt8 = 0
        for (left, right) in zip(left.bytes, right.bytes) { difference |= left ^ right }
        return difference == 0
    }
}
