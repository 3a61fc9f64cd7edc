internal import Access
internal import Hummingbird
internal import MLflowAPI
internal import SearchGrammar
internal import Tracking

/// Experiments, and the table of the runs of one.
struct ExperimentPages: Sendable {
    let stores: PageStores

    private static let pageSize = 100

    func add(to pages: PageRouter) {
        pages.get("/experiments") { request in try await list(request) }
        pages.post("/experiments", needs: .write) { _, form in
            let id = try await stores.tracking.createExperiment(named: form["name"] ?? "")
            return .see(Location("experiments", id.description), .created)
        }
        pages.get("/experiments/:id") { request in try await runs(request) }
        pages.data("/experiments/:id/runs.csv") { request in
            let query = RunTableQuery(request.query)
            return RunExport(stores: stores, query: query, experiment: try await experiment(request)).csv()
        }
        pages.data("/experiments/:id/runs.json") { request in
            let query = RunTableQuery(request.query)
            return RunExport(stores: stores, query: query, experiment: try await experiment(request)).json()
        }
        pages.post("/experiments/:id/delete", needs: .write) { request, _ in
            try await stores.tracking.deleteExperiment(try await experiment(request).id)
            return .see(Location("experiments"), .deleted)
        }
        pages.post("/experiments/:id/restore", needs: .write) { request, _ in
            let experiment = try await experiment(request)
            try await stores.tracking.restoreExperiment(experiment.id)
            return .see(Location("experiments", experiment.id.description), .restored)
        }
        // Looking at several runs side by side changes nothing, so everybody may.
        pages.post("/experiments/:id/select", needs: .read) { request, form in try await select(request, form) }
    }

    private func experiment(_ request: PageRequest) async throws -> Experiment {
        let id = Experiment.ID(rawValue: try request.number("id"))
        guard let experiment = try await stores.tracking.experiment(id) else {
            throw MLflowError(.resourceDoesNotExist, "There is no experiment \(id).")
        }
        return experiment
    }

    // MARK: The list

    private func list(_ request: PageRequest) async throws -> Page {
        let isDeleted = request.query["view"] == "deleted"
        let before = request.query["before"].flatMap { Experiment.ID($0) }
        let found = try await stores.tracking.experimentOverviews(
            isDeleted ? .deletedOnly : .activeOnly,
            before: before,
            limit: Self.pageSize + 1
        )
        let view = ExperimentListView(
            viewer: request.viewer,
            experiments: Array(found.prefix(Self.pageSize)),
            isDeleted: isDeleted,
            hasMore: found.count > Self.pageSize
        )
        var page = Page(
            isDeleted ? "Deleted experiments" : "Experiments",
            section: .experiments,
            body: view.html
        )
        if isDeleted { page.trail = [("Experiments", Location("experiments"))] }
        return page
    }

    // MARK: The runs of one

    private func runs(_ request: PageRequest) async throws -> Page {
        let experiment = try await experiment(request)
        let query = RunTableQuery(request.query)
        var found = SearchPage<Run>([], next: nil)
        var problem: String?
        do {
            found = try await stores.tracking.search(query.runQuery(of: experiment))
        } catch let error as TrackingError where error.code == .invalid {
            problem = error.description
        }
        let columns = RunColumns(found.items, chosen: query.columns)
        let curves = try await stores.tracking.metricCurves(
            columns.shown.filter { $0.entity == .metric }.map(\.key),
            runs: found.items.map(\.number),
            count: 24
        )
        let table = RunTable(
            viewer: request.viewer,
            experiment: experiment,
            query: query,
            runs: found.items,
            next: found.next?.description,
            columns: columns,
            curves: curves,
            problem: problem
        )
        var page = Page(experiment.name, section: .experiments, body: table.html)
        page.trail = [("Experiments", Location("experiments"))]
        page.aside = table.actions
        if problem != nil { page.status = .badRequest }
        return page
    }

    private func select(_ request: PageRequest, _ form: Form) async throws -> Outcome {
        let runs = form.all("run").map(Run.ID.init(rawValue:))
        let home = Location("experiments", try request.part("id"))
        guard !runs.isEmpty else { return .see(home, .nothingSelected) }
        switch form["action"] {
        case "delete", "restore":
            guard request.viewer.may(.write) else {
                throw MLflowError(.permissionDenied, "This needs a token with the scope 'write'.")
            }
            for run in runs {
                do {
                    form["action"] == "delete"
                        ? try await stores.tracking.deleteRun(run) : try await stores.tracking.restoreRun(run)
                } catch let error as TrackingError where error.code == .deleted || error.code == .notDeleted {
                    // Somebody else was faster, and wanted the same.
                }
            }
            return .see(home, form["action"] == "delete" ? .runsDeleted : .restored)
        default:
            return .see(runs.reduce(Location("compare")) { $0.adding("run", $1.rawValue) }, nil)
        }
    }
}

/// The list of experiments.
struct ExperimentListView {
    let viewer: Viewer
    let experiments: [ExperimentOverview]
    let isDeleted: Bool
    let hasMore: Bool

    var html: HTML {
        "\(list)\(pager)\(isDeleted ? "" : others)"
    }

    private var list: HTML {
        guard !experiments.isEmpty else {
            return isDeleted
                ? .empty("No experiment is deleted. <a href=\"/experiments\">Back to those in use</a>.")
                : .empty("There is no experiment. A run makes the one that it names.")
        }
        var table = Table(
            "Experiments",
            [
                .init("Name"), .init("Runs", .right), .init("Newest run", .right),
                .init("Created", .right, isMinor: true), .init("Id", .right, isMinor: true),
            ]
        )
        for overview in experiments {
            let experiment = overview.experiment
            table.add(
                [
                    .link(experiment.name, to: Location("experiments", experiment.id.description)),
                    .count(overview.runs), viewer.time(overview.newestRun), viewer.time(experiment.createdAt),
                    "\(experiment.id.description)",
                ],
                isHeader: true
            )
        }
        return table.html
    }

    private var pager: HTML {
        guard hasMore, let last = experiments.last else { return "" }
        let next = Location(
            "experiments",
            query: ["before": last.experiment.id.description, "view": isDeleted ? "deleted" : nil]
        )
        return "<nav class=\"pager\" aria-label=\"Pages\"><a href=\"\(next)\" rel=\"next\">Older experiments</a></nav>"
    }

    private var others: HTML {
        """
        <p><a href="\(Location("experiments", query: ["view": "deleted"]))">Deleted experiments</a></p>
        \(viewer.form(
            to: Location("experiments"),
            class: "toolbar",
            needs: .write,
            """
            <div><label for="name">New experiment</label><input id="name" name="name" required maxlength="500"></div>\
            <button>Create</button>
            """
        ))
        """
    }
}
