#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// A token as the database knows it. The token itself is shown once, when it is created.
public struct AccessToken: Sendable, Equatable {
    public let id: Int64
    /// What it is for, for people.
    public let name: String
    public let scope: AccessScope
    public let createdAt: Date
    /// When it stops working; nil for never.
    public let expiresAt: Date?
    public let revokedAt: Date?

    /// Whether it works at `date`.
    public func isValid(at date: Date) -> Bool {
        revokedAt == nil && expiresAt.map { $0 > date } ?? true
    }
}

/// The secret text of a token: `cop_` and 43 characters, 256 random bits.
public struct TokenSecret: Sendable {
    public let text: String

    /// A new one.
    public static func random() -> TokenSecret {
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<4).flatMap { _ in withUnsafeBytes(of: random.next() as UInt64) { Array($0) } }
        let encoded = Data(bytes).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        return TokenSecret(text: "cop_" + encoded)
    }
}
