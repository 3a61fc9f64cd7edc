import Foundation
import Glibc
import Plots
import Testing

/// All tests of gnuplot, one after the other: one has ten seconds for a figure, on a machine that runs other suites too.
@Suite("Gnuplot", .serialized, .timeLimit(.minutes(10)))
struct GnuplotTests {}

extension GnuplotTests {
    @Suite("Renderer")
    struct GnuplotRendererTests {
        private struct Script: Figure {
            let name = "script"
            let size = FigureSize(width: 100, height: 100)
            let commands: [String]

            func draw(in script: inout GnuplotScript) {
                for command in commands { script.add("\(code: command)") }
            }
        }

        private static let good = Script(commands: ["plot x"])
        private static let crash = Script(commands: ["system('kill -9 $PPID')", "plot x"])
        private static let endless = Script(commands: ["plot x", "while (1) { x = 1 }"])

        private func code(_ body: () async throws -> Void) async -> GnuplotError.Code? {
            do {
                try await body()
                return nil
            } catch {
                return (error as? GnuplotError)?.code
            }
        }

        @Test("Gnuplot holds no descriptor of ours but its streams and the picture")
        func descriptors() async throws {
            let leaky = open("/dev/zero", O_RDONLY)
            try #require(leaky > 2)
            defer { close(leaky) }
            let renderer = GnuplotRenderer(processCount: 1)
            let list = "set title system('for d in /proc/$PPID/fd/*; do readlink $d; done')"

            let image = try await renderer.render([Script(commands: [list, "plot x"])], as: [.svg])[0]

            let descriptors = String(decoding: image.bytes, as: UTF8.self)
            #expect(descriptors.contains("coppice-figure"))
            #expect(!descriptors.contains("/dev/zero"))
        }

        @Test("Without gnuplot the error says what to install")
        func notInstalled() async {
            let renderer = GnuplotRenderer(program: "/nonexistent/gnuplot")
            await #expect {
                try await renderer.warmUp()
            } throws: { error in
                (error as? GnuplotError)?.code == .notInstalled && "\(error)".contains("apt-get install gnuplot-nox")
            }
        }

        @Test("A figure that gnuplot refuses is an error, and the next one is drawn")
        func rejected() async throws {
            let renderer = GnuplotRenderer(processCount: 1)
            for commands in [
                ["plot nonsense +"], ["set multiplot", "plot ["], ["plot x", "bad"], ["set xrange [0:1]"],
            ] {
                let code = await code { _ = try await renderer.render([Script(commands: commands)], as: [.png]) }
                #expect(code == .rejected, "\(commands)")
                #expect(try await renderer.render([Self.good]).count == 2)
            }
        }

        @Test("A gnuplot that crashed is started again, once")
        func crashed() async throws {
            let renderer = GnuplotRenderer(processCount: 1)
            #expect(await code { _ = try await renderer.render([Self.crash], as: [.png]) } == .crashed)
            #expect(try await renderer.render([Self.good]).count == 2)

            // Killed between two figures: the second one does not notice.
            let marker = FileManager.default.temporaryDirectory.appending(path: "coppice-crash-\(UUID())").path
            defer { try? FileManager.default.removeItem(atPath: marker) }
            let once = Script(commands: [
                "if (system('test -e \(marker) && echo yes || (touch \(marker); kill -9 $PPID)') ne 'yes') { exit }",
                "plot x",
            ])
            #expect(try await renderer.render([once], as: [.png]).count == 1)
        }

        @Test("A figure that takes too long is ended")
        func timeout() async throws {
            // Long enough for gnuplot to start again on a machine that runs every other test as well.
            let renderer = GnuplotRenderer(processCount: 1, timeout: .seconds(10))
            #expect(await code { _ = try await renderer.render([Self.endless], as: [.svg]) } == .timedOut)
            #expect(try await renderer.render([Self.good], as: [.svg]).count == 1)
        }

        @Test("Cancelling a task ends the gnuplot that draws for it, and no other")
        func cancellation() async throws {
            let renderer = GnuplotRenderer(processCount: 1)
            try await renderer.warmUp()
            let endless = Task { try await renderer.render([Self.endless], as: [.svg]) }
            let waiting = Task { try await renderer.render([Self.good], as: [.svg]) }
            endless.cancel()

            await #expect(throws: CancellationError.self) { try await endless.value }
            #expect(try await waiting.value.count == 1)
        }

        @Test("A task that is already cancelled draws nothing")
        func cancelledBefore() async {
            let renderer = GnuplotRenderer(processCount: 1)
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await renderer.render([Self.good])
            }
            await #expect(throws: CancellationError.self) { try await task.value }
        }

        /// In a process of its own: other suites train with figures meanwhile.
        @Test("Neither processes nor descriptors are left behind")
        func noLeaks() async throws {
            await #expect(processExitsWith: .success) {
                let first = GnuplotRenderer()
                try await first.warmUp()
                await first.stop()
                let before = try Self.openDescriptors()
                for _ in 0..<5 {
                    let renderer = GnuplotRenderer()
                    _ = try await renderer.render([Self.good])
                    await #expect(throws: GnuplotError.self) { try await renderer.render([Self.crash], as: [.png]) }
                    await renderer.stop()
                }
                #expect(try Self.openDescriptors() == before)
                // Neither running children nor those that ended and were not waited for.
                #expect(waitpid(-1, nil, WNOHANG) == -1)
            }
        }

        /// How many pictures and sockets this process has open.
        private static func openDescriptors() throws -> Int {
            let folder = "/proc/self/fd"
            return try FileManager.default.contentsOfDirectory(atPath: folder).count { name in
                let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)")
                return target?.contains("coppice-figure-") == true || target?.hasPrefix("socket:") == true
            }
        }
    }
}
