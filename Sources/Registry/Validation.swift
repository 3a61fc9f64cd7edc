/// Checks names and values against MLflow's rules. Throws `RegistryError.invalid`.
enum Validation {
    static func modelName(_ name: String) throws(RegistryError) {
        try length(name, of: "the name of a registered model", min: 1, max: 256)
        guard name.contains(where: { !$0.isWhitespace }) else {
            throw RegistryError(.invalid, "the name of a registered model is blank: give it one")
        }
        guard !name.contains("/"), !name.contains(":") else {
            throw RegistryError(
                .invalid,
                "the name '\(name.shortened)' is not one for a registered model: it must not contain / or :"
            )
        }
        guard name != ".", name != ".." else {
            throw RegistryError(.invalid, "the name '\(name)' is not one for a registered model: it means a folder")
        }
    }

    static func alias(_ alias: String) throws(RegistryError) {
        try length(alias, of: "an alias", min: 1, max: 255)
        guard alias.utf8.allSatisfy(isAliasByte) else {
            throw RegistryError(
                .invalid,
                "'\(alias.shortened)' is not an alias: only letters, digits, _ and - are allowed"
            )
        }
        guard alias.lowercased() != "latest" else {
            throw RegistryError(.invalid, "'\(alias)' is not an alias: it always means the highest version")
        }
        guard !(alias.lowercased().hasPrefix("v") && alias.dropFirst().allSatisfy(\.isNumber) && alias.count > 1) else {
            throw RegistryError(.invalid, "'\(alias)' is not an alias: it looks like a version number")
        }
    }

    static func tags(_ tags: [String: String]) throws(RegistryError) {
        for (key, value) in tags {
            try length(key, of: "the name of a tag", min: 1, max: 250)
            try length(value, of: "the value of tag '\(key.shortened)'", max: 100_000)
        }
    }

    static func length(_ text: String, of what: String, min: Int = 0, max: Int) throws(RegistryError) {
        let count = text.unicodeScalars.count
        guard count >= min else { throw RegistryError(.invalid, "\(what) is empty: give it one") }
        guard count <= max else {
            throw RegistryError(.invalid, "\(what) has \(count) characters: at most \(max) are allowed")
        }
        guard !text.utf8.contains(0) else {
            throw RegistryError(.invalid, "\(what) contains a NUL character, which PostgreSQL cannot keep")
        }
    }

    private static func isAliasByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
