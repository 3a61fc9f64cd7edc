/// A page of what a search found.
public struct SearchPage<Item: Sendable>: Sendable {
    public let items: [Item]
    /// Where the next page starts; nil after the last one.
    public let next: PageToken?

    public init(_ items: [Item], next: PageToken?) {
        self.items = items
        self.next = next
    }
}
