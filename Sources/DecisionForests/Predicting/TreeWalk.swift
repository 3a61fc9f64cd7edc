/// Walks down packed trees. Places count from the tree's root.
struct TreeWalk {
    let layout: PackedLayout
    let nodes: UnsafePointer<PackedNode>

    /// One step down, without a branch; a leaf stays where it is.
    @inline(__always)
    func step(
        _ place: Int32,
        _ root: UnsafePointer<PackedNode>,
        _ row: UnsafePointer<Float>,
        _ hasMissing: Bool
    ) -> Int32 {
        let node = root[Int(place)]
        let value = row[layout.feature(node)]
        // A leaf's own place stands where others have that of their left child.
        var goesRight: UInt32 = value <= node.threshold ? 0 : 1
        if hasMissing && value.isNaN && node.bits & PackedLayout.missingGoesLeft != 0 { goesRight = 0 }
        goesRight &= ~(node.bits >> 31)
        return Int32(truncatingIfNeeded: node.bits & layout.childMask &+ goesRight)
    }

    /// Finds the leaves of `rowCount` rows, sixteen in flight: the steps of one wait for memory while others proceed.
    ///
    /// - Parameter rows: Row-major, with room for 16 more rows; so has `places`.
    @inline(__always)
    func walk(
        _ root: (node: Int32, depth: Int32),
        _ rows: UnsafePointer<Float>,
        _ rowCount: Int,
        _ featureCount: Int,
        _ places: UnsafeMutablePointer<Int32>,
        _ hasMissing: Bool
    ) {
        let top = nodes + Int(root.node)
        for start in stride(from: 0, to: rowCount, by: 16) {
            let places = places + start
            let rows = rows + start * featureCount
            for lane in 0..<16 { places[lane] = 0 }
            for _ in 0..<root.depth {
                var row = rows
                for lane in 0..<16 {
                    places[lane] = step(places[lane], top, row, hasMissing)
                    row += featureCount
                }
            }
        }
    }
}
