import Testing

@testable import MLflowAPI

@Suite("Answers in protobuf's JSON")
struct JSONWriterTests {
    @Test("Members are separated, what is nil or an empty list is left out")
    func members() {
        let text = JSONWriter.text { writer in
            writer.object { object in
                object.member("a", "x")
                object.member("b", String?.none)
                object.member("c", 1)
                object.array("d", [String]()) { $0.write($1) }
                object.array("e", ["p", "q"]) { $0.write($1) }
                object.object("f") { _ in }
                object.member("g", true)
            }
        }
        #expect(text == #"{"a":"x","c":1,"e":["p","q"],"f":{},"g":true}"#)
    }

    @Test("NaN and infinities are words, other numbers keep every bit")
    func numbers() {
        let values = [Double.nan, .infinity, -.infinity, 0.1, 1e300, .leastNonzeroMagnitude, -0.0]
        let text = JSONWriter.text { writer in
            writer.object { object in
                for (index, value) in values.enumerated() { object.member("\(index)", value) }
            }
        }
        #expect(
            text
                == #"{"0":"NaN","1":"Infinity","2":"-Infinity","3":0.1,"4":1e+300,"5":5e-324,"6":-0.0}"#
        )
    }

    @Test("Quotes, backslashes and control characters are escaped")
    func escapes() {
        #expect(JSONWriter.text { $0.write("a\"b\\c\n\t\u{1}ü🌲") } == #""a\"b\\c\n\t\u0001ü🌲""#)
    }
}
