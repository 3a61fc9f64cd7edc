internal import DataAccess
internal import Tracking

extension LoadedData {
    /// As runs record what they read.
    var info: DatasetInfo {
        DatasetInfo(name: name, digest: shortDigest, sourceType: sourceType, source: source)
    }
}
