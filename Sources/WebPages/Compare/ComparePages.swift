internal import Hummingbird
internal import MLflowAPI
internal import Tracking

/// Several runs side by side.
struct ComparePages: Sendable {
    static let limit = 100

    let stores: PageStores

    func add(to pages: PageRouter) {
        pages.get("/compare") { request in try await page(request) }
    }

    private func page(_ request: PageRequest) async throws -> Page {
        var seen: Set<String> = []
        let ids = request.query.all("run").filter { seen.insert($0).inserted }.map(Run.ID.init(rawValue:))
        guard ids.count <= Self.limit else {
            throw MLflowError(
                .invalidParameterValue,
                "\(ids.count) runs are too many to compare: choose at most \(Self.limit)."
            )
        }
        guard ids.allSatisfy({ !$0.rawValue.utf8.contains(0) }) else {
            throw MLflowError(.invalidParameterValue, "The address names something that is not a run.")
        }
        let runs = try await stores.tracking.runs(ids)
        let keys = Set(runs.flatMap(\.metrics.keys)).sorted().prefix(40)
        let curves = try await stores.tracking.metricCurves(Array(keys), runs: runs.map(\.number), count: 150)
        let view = CompareView(
            runs: runs,
            curves: curves,
            x: request.query["x"].flatMap { $0.isEmpty ? nil : $0 },
            y: request.query["y"].flatMap { $0.isEmpty ? nil : $0 }
        )
        var page = Page(
            runs.isEmpty ? "Compare runs" : "Compare \(runs.count) runs",
            section: .experiments,
            body: view.html
        )
        page.trail = [("Experiments", Location("experiments"))]
        if let first = runs.first, runs.allSatisfy({ $0.experiment == first.experiment }) {
            page.trail.append((first.experimentName, Location("experiments", first.experiment.description)))
        }
        return page
    }
}
