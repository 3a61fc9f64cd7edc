/// NumPy's legacy generator, `numpy.random.RandomState`: the same seed gives the same numbers.
///
/// The Mersenne Twister MT19937 of Matsumoto and Nishimura (ACM TOMACS 8, 1998), seeded by Knuth's recurrence.
/// Bounded integers are drawn as NumPy draws them: 32 bits, masked, and again while too large.
public struct RandomState: Sendable {
    private static let size = 624
    private static let shift = 397
    private var state: [UInt32]
    private var next = RandomState.size

    public init(seed: UInt32) {
        var word = seed
        state = []
        state.reserveCapacity(Self.size)
        for index in 1...UInt32(Self.size) {
            state.append(word)
            word = 1_812_433_253 &* (word ^ (word >> 30)) &+ index
        }
    }

    /// 32 random bits.
    public mutating func nextWord() -> UInt32 {
        if next == Self.size { refill() }
        next += 1
        return Self.temper(state[next - 1])
    }

    @inline(__always)
    private static func temper(_ raw: UInt32) -> UInt32 {
        var word = raw
        word ^= word >> 11
        word ^= (word << 7) & 0x9d2c_5680
        word ^= (word << 15) & 0xefc6_0000
        return word ^ (word >> 18)
    }

    /// A number in `0..<bound`, as `randint(0, bound)` gives.
    ///
    /// - Parameter bound: In `1...2^32`.
    public mutating func randomInteger(below bound: Int) -> Int {
        precondition(bound >= 1 && bound <= 1 << 32)
        return masked(UInt32(truncatingIfNeeded: bound - 1))
    }

    /// `0..<n` in random order, as `permutation(n)` gives.
    public mutating func permutation(_ n: Int) -> [Int] {
        var order = Array(0..<n)
        shuffle(&order)
        return order
    }

    /// Shuffles as `shuffle(array)` does.
    public mutating func shuffle<Element>(_ elements: inout [Element]) {
        for index in stride(from: elements.count - 1, to: 0, by: -1) {
            elements.swapAt(index, masked(UInt32(truncatingIfNeeded: index)))
        }
    }

    /// Counts how often each of `0..<counts.count` occurs among `drawCount` numbers of `randomInteger(below:)`.
    ///
    /// The rest of the stream is not to be used: numbers are tempered by the batch, and those left over are lost.
    mutating func countDraws(_ drawCount: Int, into counts: UnsafeMutableBufferPointer<Int32>) {
        guard counts.count > 1 else { return counts[0] += Int32(drawCount) }
        let largest = UInt32(counts.count - 1)
        let mask = UInt32.max >> UInt32(largest.leadingZeroBitCount)
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Self.size + 1) { accepted in
            var left = drawCount
            while left > 0 {
                if next == Self.size { refill() }
                var count = 0
                // Which numbers are too large is a coin toss to the processor, so all are written and some overwritten.
                for index in next..<Self.size {
                    let word = Self.temper(state[index]) & mask
                    accepted[count] = word
                    count &+= word <= largest ? 1 : 0
                }
                next = Self.size
                for index in 0..<min(count, left) { counts[Int(accepted[index])] &+= 1 }
                left -= min(count, left)
            }
        }
    }

    /// A number in `0..<1` with 53 random bits, as `random_sample()` gives.
    public mutating func uniform() -> Double {
        let high = Double(nextWord() >> 5)
        let low = Double(nextWord() >> 6)
        return (high * 67_108_864 + low) / 9_007_199_254_740_992
    }

    /// A number in `0...largest`; draws nothing when there is only one.
    private mutating func masked(_ largest: UInt32) -> Int {
        if largest == 0 { return 0 }
        let mask = UInt32.max >> UInt32(largest.leadingZeroBitCount)
        var word = nextWord() & mask
        while word > largest { word = nextWord() & mask }
        return Int(word)
    }

    private mutating func refill() {
        state.withUnsafeMutableBufferPointer { state in
            let size = Self.size
            let shift = Self.shift
            // Three stretches without a modulo, which the compiler can vectorise.
            for index in 0..<(size - shift) { Self.twist(state, index, index + 1, index + shift) }
            for index in (size - shift)..<(size - 1) { Self.twist(state, index, index + 1, index + shift - size) }
            Self.twist(state, size - 1, 0, shift - 1)
        }
        next = 0
    }

    @inline(__always)
    private static func twist(_ state: UnsafeMutableBufferPointer<UInt32>, _ index: Int, _ following: Int, _ far: Int) {
        let mixed = (state[index] & 0x8000_0000) | (state[following] & 0x7fff_ffff)
        state[index] = state[far] ^ (mixed >> 1) ^ ((0 &- (mixed & 1)) & 0x9908_b0df)
    }
}
