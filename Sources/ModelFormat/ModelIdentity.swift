public import Foundation

/// Which model this is and where it comes from: everything in a model folder that is not the forest.
public struct ModelIdentity: Sendable, Equatable {
    /// 32 hex digits.
    public var modelUUID: String
    /// MLflow 3's logged model, `m-…`; nil if there is none.
    public var modelID: String?
    /// 32 hex digits; nil for a model outside any run.
    public var runID: String?
    /// Where the folder is kept, as MLflow writes it; nil leaves it out.
    public var artifactPath: String?
    /// The column that it predicts; nil leaves it out.
    public var targetName: String?
    public var createdAt: Date

    public init(
        modelUUID: String,
        modelID: String? = nil,
        runID: String? = nil,
        artifactPath: String? = nil,
        targetName: String? = nil,
        createdAt: Date
    ) {
        self.modelUUID = modelUUID
        self.modelID = modelID
        self.runID = runID
        self.artifactPath = artifactPath
        self.targetName = targetName
        self.createdAt = createdAt
    }
}
