import Foundation
import Logging
import Testing

@testable import CommandSupport

@Suite("Log lines")
struct StandardErrorLogHandlerTests {
    private func log(_ format: LogFormat, _ body: (Logger) -> Void) -> String {
        let recorder = Recorder()
        var handler = StandardErrorLogHandler(format: format)
        handler.now = { Date(timeIntervalSince1970: 1_000_000_000) }
        handler.output = recorder.append
        body(Logger(label: "test") { [handler] _ in handler })
        return recorder.text
    }

    @Test("Text: time, level, message, details in order, quoted where they have blanks")
    func text() {
        let line = log(.text) { logger in
            logger.info("claimed", metadata: ["job.id": "7", "queue": "two words", "empty": ""])
        }
        #expect(line == "2001-09-09T01:46:40.000Z info claimed empty=\"\" job.id=7 queue=\"two words\"\n")
    }

    @Test("JSON: an object a line, whatever the message holds")
    func json() throws {
        let line = log(.json) { $0.warning("two\nlines", metadata: ["k": "\"v\""]) }
        #expect(line.filter { $0 == "\n" }.count == 1)
        let object = try JSONDecoder().decode([String: String].self, from: Data(line.utf8))
        #expect(
            object == ["time": "2001-09-09T01:46:40.000Z", "level": "warning", "message": "two\nlines", "k": "\"v\""]
        )
    }

    @Test("A message cannot fake a second line")
    func injection() {
        let line = log(.text) { $0.info("a\n2001-09-09T01:46:40.000Z error b") }
        #expect(line.filter { $0 == "\n" }.count == 1)
    }
}
