internal import CForestKernels

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

    /// Finds the leaves of `rowCount` rows.
    ///
    /// - Parameters:
    ///   - rows: Row-major.
    ///   - places: Where each row stands; gets its leaf.
    func walk(
        _ root: Int32,
        _ rows: UnsafePointer<Float>,
        _ rowCount: Int,
        _ featureCount: Int,
        _ places: UnsafeMutablePointer<Int32>,
        hasMissing: Bool
    ) {
        coppice_walk_tree(
            tree(root),
            nodeLayout,
            rows,
            rowCount,
            featureCount,
            hasMissing ? 1 : 0,
            places
        )
    }

    /// Finds the leaves of `rowCount` rows, and for each feature where each row is first asked for it.
    ///
    /// - Parameters:
    ///   - seen: Room for `rowCount × featureCount` marks.
    ///   - visits: Gets the visits by feature; each has room for `rowCount + 1` of them.
    ///   - visitCounts: Gets the number of visits by feature.
    func trace(
        _ root: Int32,
        _ rows: UnsafePointer<Float>,
        _ rowCount: Int,
        _ featureCount: Int,
        hasMissing: Bool,
        leaves: UnsafeMutablePointer<Int32>,
        seen: UnsafeMutablePointer<UInt8>,
        visits: UnsafeMutablePointer<coppice_visit>,
        visitCounts: UnsafeMutablePointer<Int>
    ) {
        coppice_trace_tree(
            tree(root),
            nodeLayout,
            rows,
            rowCount,
            featureCount,
            hasMissing ? 1 : 0,
            leaves,
            seen,
            visits,
            visitCounts
        )
    }

    /// Finds the leaves of rows from where they stand.
    ///
    /// - Parameter leaves: Gets the leaf of each row that has a visit.
    func resume(
        _ root: Int32,
        _ rows: UnsafePointer<Float>,
        _ featureCount: Int,
        hasMissing: Bool,
        _ visits: UnsafeBufferPointer<coppice_visit>,
        leaves: UnsafeMutablePointer<Int32>
    ) {
        coppice_resume_walk(
            tree(root),
            nodeLayout,
            rows,
            featureCount,
            hasMissing ? 1 : 0,
            visits.baseAddress!,
            visits.count,
            leaves
        )
    }

    private func tree(_ root: Int32) -> UnsafePointer<coppice_node> {
        UnsafeRawPointer(nodes + Int(root)).assumingMemoryBound(to: coppice_node.self)
    }

    private var nodeLayout: coppice_node_layout {
        coppice_node_layout(
            child_bits: layout.childBits,
            child_mask: layout.childMask,
            feature_mask: layout.featureMask
        )
    }
}
