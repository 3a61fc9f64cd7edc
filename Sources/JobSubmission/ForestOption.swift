/// The options of a forest, by scikit-learn's names.
public enum ForestOption: String, Sendable, CaseIterable, Hashable {
    case task
    case treeCount = "n_estimators"
    case criterion
    case maxDepth = "max_depth"
    case minSamplesSplit = "min_samples_split"
    case minSamplesLeaf = "min_samples_leaf"
    case minWeightFractionLeaf = "min_weight_fraction_leaf"
    case maxFeatures = "max_features"
    case maxLeafNodes = "max_leaf_nodes"
    case minImpurityDecrease = "min_impurity_decrease"
    case bootstrap
    case maxSamples = "max_samples"
    case oobScore = "oob_score"
    case ccpAlpha = "ccp_alpha"
    case monotonicConstraints = "monotonic_cst"
    case classWeight = "class_weight"
    case splitter
    case randomState = "random_state"

    /// The option in the shell.
    public var flag: String { "--" + rawValue.replacing("_", with: "-") }
}
