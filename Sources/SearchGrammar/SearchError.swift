/// Why a filter, an order or a page token cannot be understood; always the fault of whoever wrote it.
public struct SearchError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence for a user.
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}
