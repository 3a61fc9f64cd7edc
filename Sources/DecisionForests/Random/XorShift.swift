/// Marsaglia's 32-bit xorshift generator (13, 17, 5), which draws the candidate features of a tree in scikit-learn.
///
/// Journal of Statistical Software 8 (14), 2003.
struct XorShift {
    private var state: UInt32

    init(seed: UInt32) {
        state = seed == 0 ? 1 : seed
    }

    /// A number in `range`: the low 31 bits, modulo the length.
    mutating func next(in range: Range<Int>) -> Int {
        state ^= state << 13
        state ^= state >> 17
        state ^= state << 5
        // Ranges are short, and a division of 32 bits is cheaper than one of 64.
        return range.lowerBound &+ Int((state & 0x7fff_ffff) % UInt32(truncatingIfNeeded: range.count))
    }
}
