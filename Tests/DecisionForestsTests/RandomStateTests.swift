import DecisionForests
import Testing

@Suite("RandomState draws NumPy's numbers")
struct RandomStateTests {
    @Test("The first words of MT19937 with seed 5489 are the authors'")
    func firstWords() {
        var random = RandomState(seed: 5489)
        #expect((0..<3).map { _ in random.nextWord() } == [3_499_211_612, 581_869_302, 3_890_346_734])
    }

    @Test("randint, permutation and random_sample agree with NumPy 2.4", arguments: [UInt32(0), 42, 4_294_967_295])
    func agreesWithNumPy(seed: UInt32) throws {
        let expected = try #require(Self.fromNumPy[seed])
        var random = RandomState(seed: seed)
        #expect((0..<5).map { _ in random.randomInteger(below: 442) } == expected.integers)
        #expect(random.permutation(8) == expected.permutation)
        #expect((0..<2).map { _ in random.uniform() } == expected.uniforms)
    }

    @Test("A range of one number draws nothing")
    func singleNumber() {
        var random = RandomState(seed: 1)
        var untouched = RandomState(seed: 1)
        #expect(random.randomInteger(below: 1) == 0)
        #expect(random.nextWord() == untouched.nextWord())
    }

    private struct Expected {
        let integers: [Int]
        let permutation: [Int]
        let uniforms: [Double]
    }

    // r = numpy.random.RandomState(seed); r.randint(0, 442, 5); r.permutation(8); r.random_sample(2)
    private static let fromNumPy: [UInt32: Expected] = [
        0: Expected(
            integers: [172, 47, 117, 192, 323],
            permutation: [4, 0, 2, 5, 6, 1, 7, 3],
            uniforms: [0.2975346065444723, 0.05671297731744318]
        ),
        42: Expected(
            integers: [102, 435, 348, 270, 106],
            permutation: [5, 0, 3, 2, 1, 6, 4, 7],
            uniforms: [0.45924889196586716, 0.33370861113902184]
        ),
        4_294_967_295: Expected(
            integers: [419, 290, 12, 71, 436],
            permutation: [3, 4, 5, 7, 1, 2, 6, 0],
            uniforms: [0.14611715599393837, 0.9093750727977705]
        ),
    ]
}
