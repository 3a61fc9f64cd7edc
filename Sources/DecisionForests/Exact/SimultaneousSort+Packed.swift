/// A value that is sorted, arranged so that it compares as an integer, and in the low half the row it belongs to.
typealias PackedEntry = UInt64

extension SimultaneousSort {
    /// Sorts by the high halves, leaving equal ones in the order that `sort` leaves them in.
    ///
    /// The same steps, but each partition without branches on the values, on one word per row.
    static func sort(_ entries: UnsafeMutablePointer<PackedEntry>, _ count: Int) {
        guard count > 0 else { return }
        sort(entries, count, depthLeft: 2 * (Int.bitWidth - 1 - count.leadingZeroBitCount))
    }

    /// The bits of a value that is not NaN, so arranged that they compare as the values do.
    @inline(__always)
    static func orderedBits(_ value: Float) -> UInt32 {
        let bits = (value + 0).bitPattern
        return bits & 0x8000_0000 == 0 ? bits | 0x8000_0000 : ~bits
    }

    @inline(__always)
    static func value(ofOrderedBits bits: UInt32) -> Float {
        Float(bitPattern: bits & 0x8000_0000 != 0 ? bits ^ 0x8000_0000 : ~bits)
    }

    private static func sort(_ entries: UnsafeMutablePointer<PackedEntry>, _ count: Int, depthLeft: Int) {
        var entries = entries
        var count = count
        var depthLeft = depthLeft
        while count > 15 {
            guard depthLeft > 0 else { return heapSort(entries, count) }
            depthLeft -= 1
            let pivot = median(entries[0] >> 32, entries[count / 2] >> 32, entries[count - 1] >> 32)
            var index = 0
            var lessEnd = 0
            var greaterStart = count
            while index < greaterStart {
                let entry = entries[index]
                let isLess = entry >> 32 < pivot ? 1 : 0
                let isGreater = entry >> 32 > pivot ? 1 : 0
                greaterStart &-= isGreater
                // The place to swap with: the end of the lesser ones, the start of the greater ones, or its own.
                var place = isLess == 1 ? lessEnd : index
                place = isGreater == 1 ? greaterStart : place
                entries[index] = entries[place]
                entries[place] = entry
                lessEnd &+= isLess
                index &+= 1 &- isGreater
            }
            sort(entries, lessEnd, depthLeft: depthLeft)
            entries += greaterStart
            count -= greaterStart
        }
        insertionSort(entries, count)
    }

    private static func insertionSort(_ entries: UnsafeMutablePointer<PackedEntry>, _ count: Int) {
        var index = 1
        while index < count {
            let entry = entries[index]
            var hole = index
            while hole > 0 && entries[hole - 1] >> 32 > entry >> 32 {
                entries[hole] = entries[hole - 1]
                hole -= 1
            }
            entries[hole] = entry
            index += 1
        }
    }

    private static func heapSort(_ entries: UnsafeMutablePointer<PackedEntry>, _ count: Int) {
        for start in stride(from: (count - 2) / 2, through: 0, by: -1) { sink(entries, start, count) }
        for end in stride(from: count - 1, to: 0, by: -1) {
            (entries[0], entries[end]) = (entries[end], entries[0])
            sink(entries, 0, end)
        }
    }

    private static func sink(_ entries: UnsafeMutablePointer<PackedEntry>, _ start: Int, _ end: Int) {
        var root = start
        while true {
            let child = 2 * root + 1
            var largest = root
            if child < end && entries[largest] >> 32 < entries[child] >> 32 { largest = child }
            if child + 1 < end && entries[largest] >> 32 < entries[child + 1] >> 32 { largest = child + 1 }
            if largest == root { return }
            (entries[root], entries[largest]) = (entries[largest], entries[root])
            root = largest
        }
    }
}
