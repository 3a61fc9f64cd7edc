extension TrackingStore {
    /// Checks a name before anything is stored under it.
    /// - Throws: `TrackingError` with code `invalid` that says what is allowed.
    public static func checkExperimentName(_ name: String) throws(TrackingError) {
        try Validation.experimentName(name)
    }

    /// - Throws: `TrackingError` with code `invalid` that says what is allowed.
    public static func checkTags(_ tags: [String: String]) throws(TrackingError) {
        try Validation.tags(tags)
    }
}
