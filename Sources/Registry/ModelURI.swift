/// Names a model folder.
public enum ModelURI: Sendable, Hashable {
    /// `models:/NAME/VERSION`
    case version(name: String, version: Int)
    /// `models:/NAME/latest`: the highest version.
    case latest(name: String)
    /// `models:/NAME@ALIAS`
    case alias(name: String, alias: String)
    /// `models:/m-…`: a logged model, registered or not.
    case loggedModel(id: String)
    /// `runs:/RUN_ID/PATH`: what a run logged under a path, or under a name.
    case run(id: String, path: String)
    /// `job:ID`: what a job registered or logged.
    case job(Int64)

    /// What can be written, for help texts and errors.
    public static let forms =
        "models:/NAME/VERSION, models:/NAME/latest, models:/NAME@ALIAS, models:/m-ID, runs:/RUN_ID/PATH or job:ID"

    /// Parses a model URI. Throws `RegistryError.malformedURI` that says what is wrong and what is allowed.
    public init(_ text: String) throws(RegistryError) {
        if let rest = text.dropping(prefix: "models:/") {
            self = try Self.model(rest, in: text)
        } else if let rest = text.dropping(prefix: "runs:/") {
            self = try Self.run(rest, in: text)
        } else if let rest = text.dropping(prefix: "job:") {
            guard let id = Int64(rest), id > 0, rest.first != "+" else {
                throw Self.malformed(text, "'\(rest)' is not the number of a job")
            }
            self = .job(id)
        } else {
            throw Self.malformed(text, "it begins with none of models:/, runs:/ and job:")
        }
    }

    private static func model(_ rest: Substring, in text: String) throws(RegistryError) -> ModelURI {
        let parts = rest.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.contains("") else { throw malformed(text, "a part of it is empty") }
        switch parts.count {
        case 1:
            if let at = rest.lastIndex(of: "@") {
                let (name, alias) = (String(rest[..<at]), String(rest[rest.index(after: at)...]))
                guard !name.isEmpty, !alias.isEmpty else { throw malformed(text, "a part of it is empty") }
                return .alias(name: name, alias: alias)
            }
            guard rest.hasPrefix("m-") else {
                throw malformed(text, "it says no version: add /1, /latest or an @alias")
            }
            return .loggedModel(id: String(rest))
        case 2:
            let name = String(parts[0])
            if parts[1].lowercased() == "latest" { return .latest(name: name) }
            guard let version = Int(parts[1]), version > 0, parts[1].first != "+" else {
                throw malformed(text, "'\(parts[1])' is not a version: those are whole numbers from 1, or 'latest'")
            }
            return .version(name: name, version: version)
        default:
            throw malformed(text, "it has too many parts")
        }
    }

    private static func run(_ rest: Substring, in text: String) throws(RegistryError) -> ModelURI {
        let parts = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else {
            throw malformed(text, "it says no path: add the folder of the model, such as /model")
        }
        var path = parts[1]
        while path.last == "/" { path.removeLast() }
        let names = path.split(separator: "/", omittingEmptySubsequences: false)
        guard names.allSatisfy({ $0 != "" && $0 != "." && $0 != ".." }) else {
            throw malformed(text, "its path has an empty, '.' or '..' part")
        }
        return .run(id: String(parts[0]), path: String(path))
    }

    private static func malformed(_ text: String, _ why: String) -> RegistryError {
        RegistryError(.malformedURI, "'\(text.shortened)' is not a model URI: \(why); allowed are \(forms)")
    }
}

extension ModelURI: CustomStringConvertible {
    public var description: String {
        switch self {
        case .version(let name, let version): "models:/\(name)/\(version)"
        case .latest(let name): "models:/\(name)/latest"
        case .alias(let name, let alias): "models:/\(name)@\(alias)"
        case .loggedModel(let id): "models:/\(id)"
        case .run(let id, let path): "runs:/\(id)/\(path)"
        case .job(let id): "job:\(id)"
        }
    }
}

extension String {
    func dropping(prefix: String) -> Substring? {
        hasPrefix(prefix) ? dropFirst(prefix.count) : nil
    }

    /// Short enough for an error message.
    var shortened: String { count <= 80 ? self : prefix(77) + "…" }
}
