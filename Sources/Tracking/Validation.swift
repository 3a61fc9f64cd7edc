/// Checks what a caller wants to keep, and says which part breaks which limit. Throws `TrackingError.invalid`.
enum Validation {
    /// A key of a metric, a parameter or a tag: it may stand in a path somewhere, so it must be a plain one.
    static func key(_ key: String, of what: String, limit: Int = TrackingLimits.keyLength) throws(TrackingError) {
        try length(key, of: "the name of a \(what)", min: 1, max: limit)
        guard key.unicodeScalars.allSatisfy(isKeyCharacter) else {
            throw TrackingError(
                .invalid,
                "the name '\(key.shortened)' of a \(what) is not valid: letters, digits, and _ - . : / and space are allowed"
            )
        }
        guard isPlainPath(key) else {
            throw TrackingError(
                .invalid,
                "the name '\(key.shortened)' of a \(what) is not valid: as a path it would mean another name"
            )
        }
    }

    static func length(_ text: String, of what: String, min: Int = 0, max: Int) throws(TrackingError) {
        let count = text.unicodeScalars.count
        guard count >= min else {
            throw TrackingError(.invalid, "\(what) is empty: give it one")
        }
        guard count <= max else {
            throw TrackingError(.invalid, "\(what) has \(count) characters: at most \(max) are allowed")
        }
        guard !text.utf8.contains(0) else {
            throw TrackingError(.invalid, "\(what) contains a NUL character, which PostgreSQL cannot keep")
        }
    }

    static func page(_ limit: Int) throws(TrackingError) {
        guard (1...TrackingLimits.searchPage).contains(limit) else {
            throw TrackingError(
                .invalid,
                "a page cannot have \(limit) rows: 1 to \(TrackingLimits.searchPage) are allowed"
            )
        }
    }

    static func experimentName(_ name: String) throws(TrackingError) {
        try length(name, of: "the name of an experiment", min: 1, max: TrackingLimits.experimentNameLength)
    }

    static func metrics(_ metrics: [Metric]) throws(TrackingError) {
        // A batch has many points of few metrics.
        var checked: Set<MetricKey> = []
        for metric in metrics where checked.insert(MetricKey(metric.key)).inserted { try key(metric.key, of: "metric") }
    }

    static func params(_ params: [String: String]) throws(TrackingError) {
        for (name, value) in params {
            try key(name, of: "parameter")
            try length(value, of: "the value of parameter '\(name)'", max: TrackingLimits.paramValueLength)
        }
    }

    static func tags(_ tags: [String: String]) throws(TrackingError) {
        for (name, value) in tags {
            try key(name, of: "tag")
            try length(value, of: "the value of tag '\(name)'", max: TrackingLimits.tagValueLength)
        }
    }

    /// The parameters, values cut to their limit.
    static func cutParams(_ params: [String: String]) throws(TrackingError) -> [String: String] {
        let cut = params.mapValues { $0.cut(to: TrackingLimits.paramValueLength) }
        try Self.params(cut)
        return cut
    }

    /// The tags, values cut to their limit.
    static func cutTags(_ tags: [String: String]) throws(TrackingError) -> [String: String] {
        let cut = tags.mapValues { $0.cut(to: TrackingLimits.tagValueLength) }
        try Self.tags(cut)
        return cut
    }

    static func dataset(_ dataset: DatasetInfo) throws(TrackingError) {
        try length(dataset.name, of: "the name of a dataset", min: 1, max: TrackingLimits.datasetNameLength)
        try length(dataset.digest, of: "the digest of a dataset", min: 1, max: TrackingLimits.datasetDigestLength)
        try length(dataset.sourceType, of: "the source type of a dataset", min: 1, max: 36)
        try length(dataset.source, of: "the source of a dataset", max: TrackingLimits.datasetSourceLength)
        try length(dataset.schema ?? "", of: "the schema of a dataset", max: TrackingLimits.datasetSchemaLength)
        try length(dataset.profile ?? "", of: "the profile of a dataset", max: TrackingLimits.datasetProfileLength)
    }

    /// Python's `[/\w.\- :]`.
    private static func isKeyCharacter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "/", ".", "-", " ", ":", "_": true
        default: scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        }
    }

    /// Whether normalising the path leaves it as it is: no `.`, `..`, empty parts, or a slash at an end.
    private static func isPlainPath(_ path: String) -> Bool {
        path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
            part != "" && part != "." && part != ".."
        }
    }
}

extension String {
    /// The first `limit` Unicode scalars.
    func cut(to limit: Int) -> String {
        // Scalars are no more than bytes.
        guard utf8.count > limit, unicodeScalars.count > limit else { return self }
        return String(unicodeScalars.prefix(limit))
    }

    /// Short enough for an error message.
    var shortened: String { count <= 80 ? self : prefix(77) + "…" }
}
