/// Nobody can listen on the address: it is taken, or not ours.
public struct BindFailure: Error, Sendable {
    /// Why, in words of the operating system.
    public let reason: String
}
