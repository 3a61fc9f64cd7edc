/// The names under which this server may be reached: IP addresses, which nobody can make lead elsewhere, `localhost`,
/// and those that the operator gives.
struct AllowedHosts: Sendable {
    private let names: Set<String>

    init(_ names: [String]) {
        self.names = Set(names.map { $0.lowercased() } + ["localhost"])
    }

    func allows(_ authority: String) -> Bool {
        let name = Self.name(of: authority)
        return names.contains(name) || Self.isAddress(name)
    }

    /// Whether an `Origin` is the site that `authority` names.
    func isSame(_ origin: String, as authority: String) -> Bool {
        guard let separator = origin.firstRange(of: "://") else { return false }
        return origin[separator.upperBound...].lowercased() == authority.lowercased()
    }

    /// Without the port.
    static func name(of authority: String) -> String {
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            let port = authority[authority.index(after: end)...]
            return port.isEmpty || port.hasPrefix(":") ? String(authority[...end]) : authority
        }
        return authority.prefix { $0 != ":" }.lowercased()
    }

    private static func isAddress(_ name: String) -> Bool {
        if name.hasPrefix("["), name.hasSuffix("]") {
            return name.dropFirst().dropLast().allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
        }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }
}
