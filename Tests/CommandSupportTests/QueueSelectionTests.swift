import Testing

@testable import CommandSupport

@Suite("Queues on the command line")
struct QueueSelectionTests {
    @Test("Names, in order, with weights where they are given")
    func reads() throws {
        let plain = try #require(QueueSelection(argument: "default, night"))
        #expect(plain.names == ["default", "night"] && plain.weights.isEmpty)
        let weighted = try #require(QueueSelection(argument: "train=3,predict"))
        #expect(weighted.names == ["train", "predict"] && weighted.weights == ["train": 3])
        #expect(weighted.description == "train=3,predict")
    }

    @Test(
        "What names no queue is refused",
        arguments: ["", ",", "a b", "a=0", "a=1001", "a=", "a=x", "=2", "a,a", "a=1=2"]
    )
    func refuses(text: String) {
        #expect(QueueSelection(argument: text) == nil)
    }
}
