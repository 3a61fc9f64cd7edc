/// The histograms of the nodes that wait to be split, found by the position of the node's first row.
struct HistogramPool {
    private let size: Int
    private let scratch: Scratch
    private let countsRows: Bool
    private var slots: [(sums: UnsafeMutablePointer<Int64>, counts: UnsafeMutablePointer<UInt32>?)] = []
    private var free: [Int32] = []
    private let slotOfNode: UnsafeMutablePointer<Int32>

    init(featureCount: Int, countsRows: Bool, nodeCapacity: Int, scratch: Scratch) {
        size = featureCount * BinnedFeatures.most
        self.countsRows = countsRows
        self.scratch = scratch
        slotOfNode = scratch.allocate(Int32.self, nodeCapacity)
    }

    func sums(_ node: Int) -> UnsafeMutablePointer<Int64> { slots[Int(slotOfNode[node])].sums }
    func counts(_ node: Int) -> UnsafePointer<UInt32>? { slots[Int(slotOfNode[node])].counts.map { UnsafePointer($0) } }

    mutating func spareSlot() -> Int32 {
        if let slot = free.popLast() { return slot }
        slots.append((scratch.allocate(Int64.self, size), countsRows ? scratch.allocate(UInt32.self, size) : nil))
        return Int32(slots.count - 1)
    }

    mutating func assign(_ node: Int) { slotOfNode[node] = spareSlot() }
    mutating func assign(_ node: Int, slot: Int32) { slotOfNode[node] = slot }
    mutating func move(from node: Int, to other: Int) { slotOfNode[other] = slotOfNode[node] }
    mutating func release(_ node: Int) { free.append(slotOfNode[node]) }
    mutating func release(slot: Int32) { free.append(slot) }

    func fill(
        _ node: Int,
        _ rows: UnsafePointer<UInt32>,
        _ count: Int,
        _ codes: RowCodes,
        _ words: UnsafePointer<Int64>
    ) {
        fill(slot: slotOfNode[node], rows, count, codes, words)
    }

    func fill(
        slot: Int32,
        _ rows: UnsafePointer<UInt32>,
        _ count: Int,
        _ codes: RowCodes,
        _ words: UnsafePointer<Int64>
    ) {
        let (sums, counts) = slots[Int(slot)]
        sums.update(repeating: 0, count: size)
        HistogramKernels.add(rows, count, codes, words, to: sums)
        if let counts {
            counts.update(repeating: 0, count: size)
            HistogramKernels.count(rows, count, codes, in: counts)
        }
    }

    /// Takes the sums of a slot away from those of a node.
    func subtract(_ slot: Int32, from node: Int) {
        let (part, partCounts) = slots[Int(slot)]
        let (whole, wholeCounts) = slots[Int(slotOfNode[node])]
        for index in 0..<size { whole[index] &-= part[index] }
        if let partCounts, let wholeCounts {
            for index in 0..<size { wholeCounts[index] &-= partCounts[index] }
        }
    }
}
