/// Draws figures with gnuplot.
///
/// Keeps gnuplot processes that have their fonts loaded, for starting one costs more than a figure; they end with the
/// renderer. Three figures of a training run, as PNG and SVG, take gnuplot 98 ms of processor time, 87 of them for
/// the PNGs; two processes share it. A start costs 30 ms more.
public actor GnuplotRenderer {
    private let workers: [GnuplotWorker]

    /// - Parameters:
    ///   - program: name or path of gnuplot.
    ///   - processCount: how many figures are drawn at once.
    ///   - timeout: for one figure; gnuplot is killed when it takes longer.
    public init(program: String = "gnuplot", processCount: Int = 2, timeout: Duration = .seconds(30)) {
        precondition(processCount > 0)
        workers = (0..<processCount).map { _ in GnuplotWorker(program: program, timeout: timeout) }
    }

    /// Starts gnuplot and loads its fonts, so that the first figure is as quick as the next.
    ///
    /// - Throws: `GnuplotError`, for example with code `notInstalled`.
    public func warmUp() async throws {
        try await withThrowingTaskGroup { group in
            for worker in workers {
                group.addTask { _ = try await worker.render([Drawing(WarmUpFigure(), .png)]) }
            }
            try await group.waitForAll()
        }
    }

    /// Draws each figure in each format. The images come in the order of the figures, and of the formats in each.
    ///
    /// A task that is cancelled kills the gnuplot that draws for it; the next figure starts another one.
    ///
    /// - Throws: `GnuplotError` or `CancellationError`.
    public func render(
        _ figures: [any Figure],
        as formats: [ImageFormat] = ImageFormat.allCases
    ) async throws -> [RenderedImage] {
        let drawings = figures.flatMap { figure in formats.map { Drawing(figure, $0) } }
        let shares = Self.shares(of: drawings.map(\.cost), among: workers.count)
        var images = [RenderedImage?](repeating: nil, count: drawings.count)
        try await withThrowingTaskGroup(of: [(Int, RenderedImage)].self) { group in
            for (worker, share) in zip(workers, shares) where !share.isEmpty {
                group.addTask {
                    let images = try await worker.render(share.map { drawings[$0] })
                    return Array(zip(share, images))
                }
            }
            for try await rendered in group {
                for (index, image) in rendered { images[index] = image }
            }
        }
        return images.compactMap(\.self)
    }

    /// Ends the gnuplot processes. Another figure starts them again.
    public func stop() async {
        for worker in workers { await worker.stop() }
    }

    /// The largest first, each to the worker with the least to do.
    static func shares(of costs: [Int], among workerCount: Int) -> [[Int]] {
        var shares = [[Int]](repeating: [], count: workerCount)
        var loads = [Int](repeating: 0, count: workerCount)
        for index in costs.indices.sorted(by: { costs[$0] > costs[$1] }) {
            let worker = loads.indices.min { loads[$0] < loads[$1] }!
            shares[worker].append(index)
            loads[worker] += costs[index]
        }
        return shares
    }
}

/// A figure in one format.
struct Drawing: Sendable {
    let name: String
    let format: ImageFormat
    let script: GnuplotScript
    /// About how long it takes, in units of nothing: a PNG by its area, an SVG by its text.
    let cost: Int

    init(_ figure: any Figure, _ format: ImageFormat) {
        var script = Style.prologue(figure.size, format)
        figure.draw(in: &script)
        name = "\(figure.name).\(format.rawValue)"
        self.format = format
        self.script = script
        cost = format == .png ? figure.size.width * figure.size.height : 60_000
    }
}

private struct WarmUpFigure: Figure {
    let name = "warm-up"
    let size = FigureSize(width: 64, height: 64)

    func draw(in script: inout GnuplotScript) {
        script.add("plot x title 'warm'")
    }
}
