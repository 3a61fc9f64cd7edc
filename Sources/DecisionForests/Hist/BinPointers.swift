/// Where the values of bins stand in memory: per feature 256 smallest and 256 largest values.
struct BinPointers {
    let lowest: UnsafeMutablePointer<Float>
    let highest: UnsafeMutablePointer<Float>

    init(_ bins: BinnedFeatures, _ scratch: Scratch) {
        let featureCount = bins.codes.count
        lowest = scratch.allocate(Float.self, featureCount * BinnedFeatures.most)
        highest = scratch.allocate(Float.self, featureCount * BinnedFeatures.most)
        for feature in 0..<featureCount {
            for bin in bins.lowest[feature].indices {
                lowest[feature * BinnedFeatures.most + bin] = bins.lowest[feature][bin]
                highest[feature * BinnedFeatures.most + bin] = bins.highest[feature][bin]
            }
        }
    }

    /// Whether all values in a bin are the same.
    @inline(__always)
    func isSingle(_ feature: Int, _ bin: Int) -> Bool {
        let index = feature * BinnedFeatures.most + bin
        return lowest[index] == highest[index]
    }

    /// Half way between two bins, as if their values stood side by side in a sorted list.
    @inline(__always)
    func threshold(_ feature: Int, between left: Int, and right: Int) -> Double {
        Double(highest[feature * BinnedFeatures.most + left]) / 2 + Double(
            lowest[feature * BinnedFeatures.most + right]
        ) / 2
    }

    /// Whether the values of two bins are far enough apart to be cut.
    @inline(__always)
    func areApart(_ feature: Int, _ left: Int, _ right: Int) -> Bool {
        lowest[feature * BinnedFeatures.most + right] > highest[feature * BinnedFeatures.most + left] + 1e-7
    }
}
