/// The histograms of the nodes that wait to be split, found by the position of the node's first row.
struct HistogramPool<Scan: BinScan> {
    private let size: Int
    private let countSize: Int
    private let scratch: Scratch
    private let countsRows: Bool
    private let codes: RowCodes
    private let starts: UnsafePointer<Int32>
    private var slots: [(sums: UnsafeMutablePointer<Scan.Cell>, counts: UnsafeMutablePointer<UInt32>?)] = []
    private var free: [Int32] = []
    private let slotOfNode: UnsafeMutablePointer<Int32>

    init(
        _ codes: RowCodes,
        _ bins: BinTable,
        planeCount: Int,
        countsRows: Bool,
        nodeCapacity: Int,
        _ scratch: Scratch
    ) {
        self.codes = codes
        starts = bins.starts
        countSize = bins.binCount
        size = countSize * planeCount
        self.countsRows = countsRows
        self.scratch = scratch
        slotOfNode = scratch.allocate(Int32.self, nodeCapacity)
    }

    func sums(_ node: Int) -> UnsafeMutablePointer<Scan.Cell> { slots[Int(slotOfNode[node])].sums }
    func counts(_ node: Int) -> UnsafePointer<UInt32>? { slots[Int(slotOfNode[node])].counts.map { UnsafePointer($0) } }

    mutating func spareSlot() -> Int32 {
        if let slot = free.popLast() { return slot }
        slots.append(
            (scratch.allocate(Scan.Cell.self, size), countsRows ? scratch.allocate(UInt32.self, countSize) : nil)
        )
        return Int32(slots.count - 1)
    }

    mutating func assign(_ node: Int) { slotOfNode[node] = spareSlot() }
    mutating func assign(_ node: Int, slot: Int32) { slotOfNode[node] = slot }
    mutating func move(from node: Int, to other: Int) { slotOfNode[other] = slotOfNode[node] }
    mutating func release(_ node: Int) { free.append(slotOfNode[node]) }
    mutating func release(slot: Int32) { free.append(slot) }

    func fill(_ node: Int, _ rows: UnsafePointer<UInt32>, _ count: Int, _ scan: Scan) {
        fill(slot: slotOfNode[node], rows, count, scan)
    }

    func fill(slot: Int32, _ rows: UnsafePointer<UInt32>, _ count: Int, _ scan: Scan) {
        let (sums, counts) = slots[Int(slot)]
        sums.update(repeating: 0, count: size)
        scan.add(rows, count, codes, starts, to: sums)
        if let counts {
            counts.update(repeating: 0, count: countSize)
            HistogramKernels.count(rows, count, codes, starts, in: counts)
        }
    }

    /// Takes the sums of a slot away from those of a node.
    func subtract(_ slot: Int32, from node: Int) {
        let (part, partCounts) = slots[Int(slot)]
        let (whole, wholeCounts) = slots[Int(slotOfNode[node])]
        for index in 0..<size { whole[index] &-= part[index] }
        if let partCounts, let wholeCounts {
            for index in 0..<countSize { wholeCounts[index] &-= partCounts[index] }
        }
    }
}
