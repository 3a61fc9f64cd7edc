internal import Synchronization
internal import Threads

/// Draws one figure after the other with a gnuplot process of its own.
///
/// Waiting for gnuplot blocks, so the actor runs on threads that may, and holds none of Swift's.
actor GnuplotWorker {
    private let program: String
    private let timeout: Duration
    private let executor = ThreadPoolSerialExecutor()
    private let interruption = Interruption()
    private var process: GnuplotProcess?

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(program: String, timeout: Duration) {
        self.program = program
        self.timeout = timeout
    }

    func stop() {
        process = nil
    }

    /// - Throws: `GnuplotError`, or `CancellationError` if the task was cancelled before the end.
    nonisolated func render(_ drawings: [Drawing]) async throws -> [RenderedImage] {
        let run = interruption.makeRun()
        return try await withTaskCancellationHandler {
            try await render(drawings, run: run)
        } onCancel: {
            interruption.cancel(run)
        }
    }

    private func render(_ drawings: [Drawing], run: Interruption.Run) throws -> [RenderedImage] {
        defer { interruption.finish(run) }
        return try drawings.map { drawing in
            do {
                return try draw(drawing, run: run)
            } catch let error as GnuplotError where error.code == .crashed {
                try Task.checkCancellation()
                // Once more with a new process: it may have been the kernel, or someone's kill.
                return try draw(drawing, run: run)
            }
        }
    }

    private func draw(_ drawing: Drawing, run: Interruption.Run) throws -> RenderedImage {
        let process = try self.process ?? GnuplotProcess(program: program)
        self.process = process
        do {
            try interruption.begin(run, on: process)
            defer { interruption.pause() }
            // An SVG's text is drawn with the fonts of whoever looks at it.
            let text = drawing.script.text
            var bytes = try process.draw(
                drawing.format == .png ? FontCoverage.installed.shown(text) : text,
                timeout: timeout
            )
            if drawing.format == .svg { bytes = SVGText.cleaned(bytes) }
            return RenderedImage(name: drawing.name, format: drawing.format, bytes: bytes)
        } catch {
            // Whatever state it is in, the next figure does not want it.
            self.process = nil
            try Task.checkCancellation()
            throw error
        }
    }
}

/// Lets a cancelled task kill the gnuplot that draws for it, and no other task's.
final class Interruption: Sendable {
    typealias Run = Int

    private struct State {
        var nextRun = 0
        var cancelled: Set<Run> = []
        var current: Run?
        var process: GnuplotProcess?
    }
    private let state = Mutex(State())

    func makeRun() -> Run {
        state.withLock { state in
            state.nextRun += 1
            return state.nextRun
        }
    }

    /// - Throws: `CancellationError` if the run was cancelled before it began.
    func begin(_ run: Run, on process: GnuplotProcess) throws {
        try state.withLock { state in
            guard !state.cancelled.contains(run) else { throw CancellationError() }
            state.current = run
            state.process = process
        }
    }

    func pause() {
        state.withLock { state in
            state.current = nil
            state.process = nil
        }
    }

    func finish(_ run: Run) {
        _ = state.withLock { $0.cancelled.remove(run) }
    }

    func cancel(_ run: Run) {
        state.withLock { state in
            state.cancelled.insert(run)
            if state.current == run { state.process?.kill() }
        }
    }
}
