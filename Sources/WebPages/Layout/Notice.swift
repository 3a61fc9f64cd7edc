/// What a page says after something was done. It travels in the address as its name, so that nobody can make a link that
/// puts words of theirs on our page.
enum Notice: String, Sendable, CaseIterable {
    case signedOut = "signed-out"

    static let parameter = "done"

    var text: String {
        switch self {
        case .signedOut: "You are signed out."
        }
    }
}
