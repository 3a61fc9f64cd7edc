#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The binary logarithm as scikit-learn computes it; `log2` of the C library rounds differently.
func binaryLogarithm(_ value: Double) -> Double {
    log(value) / log(2)
}

/// `x · ln y`, which is 0 for x = 0 whatever y is.
func xLogY(_ x: Double, _ y: Double) -> Double {
    x == 0 ? 0 : x * log(y)
}

func naturalLogarithm(_ value: Double) -> Double {
    log(value)
}

/// The binary logarithm of a count, exact for powers of two.
func binaryLogarithm(ofCount count: Int) -> Double {
    log2(Double(count))
}

/// The number of cores this process may use.
var availableCoreCount: Int {
    max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
}

/// The memory of this machine, in bytes.
var physicalMemory: Int {
    sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
}

extension UnsafeBufferPointer<Double> {
    /// The sum by pairwise summation in NumPy's order: eight interleaved sums up to 128 values, halves above.
    ///
    /// Weights that are summed otherwise differ in the last bit, and with it sometimes the rows a bootstrap draws.
    func numpySum() -> Double {
        if count < 8 { return reduce(0, +) }
        if count <= 128 {
            var lanes = SIMD8<Double>(self[0..<8])
            var index = 8
            while index + 8 <= count {
                lanes += SIMD8<Double>(self[index..<(index + 8)])
                index += 8
            }
            var sum = ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]))
            while index < count {
                sum += self[index]
                index += 1
            }
            return sum
        }
        let half = count / 2 - count / 2 % 8
        return UnsafeBufferPointer(rebasing: self[..<half]).numpySum()
            + UnsafeBufferPointer(rebasing: self[half...]).numpySum()
    }
}

extension [Double] {
    func numpySum() -> Double {
        withUnsafeBufferPointer { $0.numpySum() }
    }
}
