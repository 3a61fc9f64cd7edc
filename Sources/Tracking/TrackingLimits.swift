/// MLflow's limits on what can be logged, counted in Unicode scalars as PostgreSQL and Python count.
public enum TrackingLimits {
    public static let experimentNameLength = 500
    public static let experimentTagValueLength = 20_000
    /// Of a metric, a parameter or a tag.
    public static let keyLength = 250
    public static let paramValueLength = 6000
    public static let tagValueLength = 8000
    public static let datasetNameLength = 500
    public static let datasetDigestLength = 36
    public static let datasetSourceLength = 65_535
    public static let datasetSchemaLength = 1_048_575
    public static let datasetProfileLength = 16_777_215
    public static let inputTagKeyLength = 255
    public static let inputTagValueLength = 500
    /// Of a search: rows on one page.
    public static let searchPage = 50_000
    /// In one batch.
    public static let metricsPerBatch = 1000
    public static let paramsPerBatch = 100
    public static let tagsPerBatch = 100
    public static let entriesPerBatch = 1000
}
