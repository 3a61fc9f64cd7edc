/// Sorts values and carries the row numbers along, leaving equal values in scikit-learn's order.
///
/// That order matters: sums of floating point numbers depend on it in their last bits, and those decide between
/// splits that are equally good. So this is introsort (Musser, “Introspective Sorting and Selection Algorithms”, 1997)
/// with the same choices: median of three, three-way partition, insertion below 16 values, heap sort when too deep.
enum SimultaneousSort {
    static func sort<Value: Comparable>(
        _ values: UnsafeMutablePointer<Value>,
        _ rows: UnsafeMutablePointer<Int32>,
        _ count: Int
    ) {
        guard count > 0 else { return }
        sort(values, rows, count, depthLeft: 2 * (Int.bitWidth - 1 - count.leadingZeroBitCount))
    }

    private static func sort<Value: Comparable>(
        _ values: UnsafeMutablePointer<Value>,
        _ rows: UnsafeMutablePointer<Int32>,
        _ count: Int,
        depthLeft: Int
    ) {
        var values = values
        var rows = rows
        var count = count
        var depthLeft = depthLeft
        while count > 15 {
            guard depthLeft > 0 else { return heapSort(values, rows, count) }
            depthLeft -= 1
            let pivot = median(values[0], values[count / 2], values[count - 1])
            var index = 0
            var lessEnd = 0
            var greaterStart = count
            while index < greaterStart {
                let value = values[index]
                if value < pivot {
                    swap(values, rows, index, lessEnd)
                    index += 1
                    lessEnd += 1
                } else if value > pivot {
                    greaterStart -= 1
                    swap(values, rows, index, greaterStart)
                } else {
                    index += 1
                }
            }
            sort(values, rows, lessEnd, depthLeft: depthLeft)
            values += greaterStart
            rows += greaterStart
            count -= greaterStart
        }
        insertionSort(values, rows, count)
    }

    static func median<Value: Comparable>(_ a: Value, _ b: Value, _ c: Value) -> Value {
        if a < b { return b < c ? b : (a < c ? c : a) }
        if b < c { return a < c ? a : c }
        return b
    }

    @inline(__always)
    private static func swap<Value>(
        _ values: UnsafeMutablePointer<Value>,
        _ rows: UnsafeMutablePointer<Int32>,
        _ i: Int,
        _ j: Int
    ) {
        (values[i], values[j]) = (values[j], values[i])
        (rows[i], rows[j]) = (rows[j], rows[i])
    }

    private static func insertionSort<Value: Comparable>(
        _ values: UnsafeMutablePointer<Value>,
        _ rows: UnsafeMutablePointer<Int32>,
        _ count: Int
    ) {
        var index = 1
        while index < count {
            let value = values[index]
            let row = rows[index]
            var hole = index
            while hole > 0 && values[hole - 1] > value {
                values[hole] = values[hole - 1]
                rows[hole] = rows[hole - 1]
                hole -= 1
            }
            values[hole] = value
            rows[hole] = row
            index += 1
        }
    }

    private static func heapSort<Value: Comparable>(
        _ values: UnsafeMutablePointer<Value>,
        _ rows: UnsafeMutablePointer<Int32>,
        _ count: Int
    ) {
        for start in stride(from: (count - 2) / 2, through: 0, by: -1) { sink(values, rows, start, count) }
        for end in stride(from: count - 1, to: 0, by: -1) {
            swap(values, rows, 0, end)
            sink(values, rows, 0, end)
        }
    }

    private static func sink<Value: Comparable>(
        _ values: UnsafeMutablePointer<Value>,
        _ rows: UnsafeMutablePointer<Int32>,
        _ start: Int,
        _ end: Int
    ) {
        var root = start
        while true {
            let child = 2 * root + 1
            var largest = root
            if child < end && values[largest] < values[child] { largest = child }
            if child + 1 < end && values[largest] < values[child + 1] { largest = child + 1 }
            if largest == root { return }
            swap(values, rows, root, largest)
            root = largest
        }
    }
}
