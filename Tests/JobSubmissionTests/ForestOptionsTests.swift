import DecisionForests
import Testing

@testable import JobSubmission

@Suite("Forest options as typed")
struct ForestOptionsTests {
    private func parse(_ option: ForestOption, _ text: String) throws -> Hyperparameters {
        var options = ForestOptions()
        options[option] = text
        return try options.hyperparameters(task: .regression)
    }

    @Test("Without options the forest is scikit-learn's default")
    func defaults() throws {
        #expect(try ForestOptions().hyperparameters(task: .regression) == Hyperparameters(task: .regression))
        #expect(try ForestOptions().hyperparameters(task: .classification) == Hyperparameters(task: .classification))
    }

    @Test("Counts, shares, names and none mean what they mean in scikit-learn")
    func values() throws {
        #expect(try parse(.treeCount, "50").treeCount == 50)
        #expect(try parse(.maxDepth, "5").maxDepth == 5)
        #expect(try parse(.maxDepth, "none").maxDepth == nil)
        #expect(try parse(.maxFeatures, "sqrt").maxFeatures == .squareRoot)
        #expect(try parse(.maxFeatures, "1.0").maxFeatures == .fraction(1))
        #expect(try parse(.maxFeatures, "1").maxFeatures == .count(1))
        #expect(try parse(.minSamplesLeaf, "0.1").minSamplesLeaf == .fraction(0.1))
        #expect(try parse(.maxSamples, "None").maxSamples == nil)
        #expect(try parse(.bootstrap, "false").bootstrap == false)
        #expect(try parse(.monotonicConstraints, "1:0:-1").monotonicConstraints == [1, 0, -1])
        #expect(try parse(.criterion, "poisson").criterion == .poisson)
    }

    @Test(
        "What does not fit is refused by the option's name in the shell",
        arguments: [
            (ForestOption.treeCount, "0"), (.treeCount, "ten"), (.maxDepth, "-1"), (.maxFeatures, "some"),
            (.minSamplesSplit, "1"), (.minWeightFractionLeaf, "0.9"), (.maxLeafNodes, "1"), (.ccpAlpha, "-0.1"),
            (.minImpurityDecrease, "nan"), (.monotonicConstraints, "2:0"), (.criterion, "gini"),
            (.classWeight, "heavy"), (.splitter, "guess"), (.task, "ranking"), (.bootstrap, "maybe"),
        ]
    )
    func refused(option: ForestOption, text: String) {
        #expect(performing: { try parse(option, text) }, throws: { ($0 as? SubmissionError)?.option == option.flag })
    }
}
