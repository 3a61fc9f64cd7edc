/// One tree's data as kernels see it: pointers into arrays that the caller keeps alive.
struct TreeProblem {
    let rowCount: Int
    /// With twins.
    let featureCount: Int
    let outputCount: Int
    /// Column-major features.
    let features: UnsafePointer<Float>
    /// The same row by row; nil where nobody needs them.
    let featureRows: UnsafePointer<Float>?
    /// nil: there are none.
    let twins: TwinTable?
    let featureHasMissing: [Bool]
    /// A value per row, or its class.
    let targets: UnsafePointer<Double>
    /// A weight per row; a row with weight 0 is not in the tree.
    let weights: UnsafePointer<Double>
    let totalWeight: Double
    let limits: GrowthLimits
    let minWeightLeaf: Double
    let samplerSeed: UInt32
    let scratch: Scratch
    /// How many entries `targets` and `weights` have.
    let treeRowCount: Int

    /// How many features there are without twins.
    var originalCount: Int { twins?.originalCount ?? featureCount }

    /// The same with the targets and weights of some of the rows.
    func with(targets: UnsafePointer<Double>, weights: UnsafePointer<Double>, count: Int) -> TreeProblem {
        TreeProblem(
            rowCount: rowCount,
            featureCount: featureCount,
            outputCount: outputCount,
            features: features,
            featureRows: featureRows,
            twins: twins,
            featureHasMissing: featureHasMissing,
            targets: targets,
            weights: weights,
            totalWeight: totalWeight,
            limits: limits,
            minWeightLeaf: minWeightLeaf,
            samplerSeed: samplerSeed,
            scratch: scratch,
            treeRowCount: count
        )
    }
}
