extension RegistryStore {
    /// Checks a name before anything is stored under it.
    /// - Throws: `RegistryError` with code `invalid` that says what is allowed.
    public static func checkModelName(_ name: String) throws(RegistryError) {
        try Validation.modelName(name)
    }

    /// - Throws: `RegistryError` with code `invalid` that says what is allowed.
    public static func checkAlias(_ alias: String) throws(RegistryError) {
        try Validation.alias(alias)
    }
}
