/// Marsaglia's 32-bit xorshift generator (13, 17, 5), which draws the candidate features of a tree in scikit-learn.
///
/// Journal of Statistical Software 8 (14), 2003.
struct XorShift {
    private var state: UInt32

    init(seed: UInt32) {
        state = seed == 0 ? 1 : seed
    }

    /// The next 31 bits.
    @inline(__always)
    mutating func next() -> UInt32 {
        state ^= state << 13
        state ^= state >> 17
        state ^= state << 5
        return state & 0x7fff_ffff
    }
}
