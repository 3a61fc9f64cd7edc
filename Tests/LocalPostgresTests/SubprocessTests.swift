import Glibc
import Testing

@testable import LocalPostgres

struct SubprocessTests {
    @Test("A program gets no descriptor of ours but the one it is meant to have")
    func descriptors() throws {
        var leaky: [Int32] = [-1, -1]
        try #require(pipe(&leaky) == 0)
        defer { for descriptor in leaky { close(descriptor) } }
        let list = ["sh", "-c", "for d in /proc/$$/fd/*; do test -e $d && echo ${d##*/}; done"]

        #expect(try Subprocess.run(list).output.split(separator: "\n") == ["0", "1", "2"])
        #expect(try Subprocess.run(list, inherited: leaky[0]).output.split(separator: "\n") == ["0", "1", "2", "3"])
    }
}
