import Testing

@testable import CommandSupport

@Suite("Progress on standard error")
struct ProgressBarTests {
    private func record(_ terminal: Terminal, _ body: (ProgressBar) -> Void) -> String {
        let recorder = Recorder()
        body(ProgressBar("train 7", terminal: terminal, output: recorder.append))
        return recorder.text
    }

    @Test("A file gets one line for each stage")
    func plain() {
        let text = record(Terminal(isInteractive: false)) { bar in
            bar.update(stage: "queued")
            bar.update(stage: "running", fraction: 0.1)
            bar.update(stage: "running", fraction: 0.5)
            bar.finish("succeeded")
        }
        #expect(text == "train 7: queued\ntrain 7: running\ntrain 7: succeeded\n")
    }

    @Test("A terminal gets a bar that is drawn over itself, and then the last line in its place")
    func interactive() {
        let text = record(Terminal(isInteractive: true, width: 80)) { bar in
            bar.update(stage: "running", fraction: 0.5, detail: "50/100 trees")
            bar.update(stage: "running", fraction: 0.5, detail: "50/100 trees")
            bar.finish("succeeded")
        }
        #expect(
            text
                == "\r\u{1B}[Ktrain 7  ████████████░░░░░░░░░░░░  50 %  running  50/100 trees\r\u{1B}[Ktrain 7: succeeded\n"
        )
    }

    @Test("A note stands above the bar, which goes on")
    func note() {
        let plain = record(Terminal(isInteractive: false)) { bar in
            bar.update(stage: "queued")
            bar.note("no worker")
        }
        #expect(plain == "train 7: queued\ntrain 7: no worker\n")
        let terminal = record(Terminal(isInteractive: true, width: 80)) { bar in
            bar.update(stage: "queued")
            bar.note("no worker")
            bar.finish()
        }
        let clear = "\r\u{1B}[K"
        #expect(terminal == "\(clear)train 7  queued\(clear)train 7: no worker\ntrain 7  queued\(clear)")
    }

    @Test("A bar never wraps", arguments: [10, 30, 50], [true, false])
    func narrow(width: Int, hasColor: Bool) {
        let text = record(Terminal(isInteractive: true, width: width, hasColor: hasColor)) { bar in
            bar.update(stage: "running", fraction: 2, detail: String(repeating: "x", count: 60))
        }
        #expect(text.dropFirst("\r\u{1B}[K".count).count == width - 1)
    }

    @Test("Colour only where it fits and is wanted")
    func color() {
        let text = record(Terminal(isInteractive: true, width: 80, hasColor: true)) {
            $0.update(stage: "running", fraction: 1)
        }
        #expect(text.contains("\u{1B}[32m████"))
        #expect(!Terminal.allowsColor(noColor: "1", term: "xterm"))
        #expect(!Terminal.allowsColor(noColor: nil, term: "dumb"))
        #expect(Terminal.allowsColor(noColor: "", term: "xterm"))
    }
}
