public import Access
public import Hummingbird

/// What is known of a request besides what it says.
public struct APIContext: RequestContext {
    public var coreContext: CoreRequestContextStorage
    /// What whoever sent it may do; nothing until it was found out.
    public var scope: AccessScope?

    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
    }

    /// Throws `MLflowError.permissionDenied` unless the caller may do what needs `scope`.
    public func require(_ needed: AccessScope) throws(MLflowError) {
        guard let scope, scope >= needed else {
            throw MLflowError(
                .permissionDenied,
                "This request needs a token with the scope '\(needed)'; yours has '\(scope?.description ?? "none")'."
            )
        }
    }
}
