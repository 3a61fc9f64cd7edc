internal import Access
internal import Jobs
internal import Presentation
internal import SearchGrammar
internal import Tracking

/// The table of the runs of an experiment: search, sort, choose columns, select.
struct RunTable {
    let viewer: Viewer
    let experiment: Experiment
    let query: RunTableQuery
    let runs: [Run]
    let next: String?
    let columns: RunColumns
    let curves: [MetricCurve]
    /// What is wrong with the search.
    let problem: String?

    private var id: String { experiment.id.description }

    var html: HTML {
        """
        \(HTML.note(of: experiment.tags))
        \(search)
        \(viewer.form(to: Location("experiments", id, "select"), "\(list)\(runs.isEmpty ? "" : selectionButtons)"))
        \(pager)
        \(footer)
        """
    }

    /// Beside the heading.
    var actions: HTML {
        if experiment.stage == .deleted {
            return """
                \(HTML.badge("deleted", "deleted"))<div class="actions">\
                \(viewer.button("Restore experiment", to: Location("experiments", id, "restore")))</div>
                """
        }
        guard experiment.id != .default else { return "" }
        return """
            <div class="actions">\(viewer.confirmedButton(
                "Delete experiment…",
                question: "Delete this experiment and its runs? They can be restored.",
                confirm: "Delete experiment",
                to: Location("experiments", id, "delete")
            ))</div>
            """
    }

    private var search: HTML {
        let sizes = RunTableQuery.limits.map { size -> HTML in
            "<option\(flag: "selected", size == query.limit)>\(size)</option>"
        }
        return """
            <form class="search" role="search" action="\(Location("experiments", id))">
            \(query.isDeleted ? "<input type=\"hidden\" name=\"view\" value=\"deleted\">" as HTML : "")\
            \(query.order.map { "<input type=\"hidden\" name=\"order\" value=\"\($0)\">" as HTML })
            <div class="toolbar">
            <div class="grow"><label for="q">Search</label>
            <input id="q" name="q" value="\(query.filter)" autocomplete="off" spellcheck="false" autocapitalize="off" \
            placeholder="metrics.rmse < 55 AND params.max_depth = '5'" data-words="\(words)"\
            \(attribute: "aria-invalid", problem == nil ? nil : "true") aria-describedby="q-help\(problem == nil ? "" : " q-problem")">\
            </div>
            <div><label for="limit">Rows</label><select id="limit" name="limit">\(sizes)</select></div>
            <button class="primary">Search</button>
            </div>
            \(problem.map { "<p class=\"problem\" id=\"q-problem\" role=\"alert\">\($0)</p>" as HTML })
            <p class="muted small" id="q-help">As in <code>mlflow.search_runs</code>: <code>metrics</code>, \
            <code>params</code>, <code>tags</code> and <code>attributes</code>, joined by <code>AND</code>.</p>
            \(chooser)
            </form>
            """
    }

    /// What the box completes.
    private var words: String {
        let attributes = ["run_id", "run_name", "user_id", "status", "start_time", "end_time"].map {
            "attributes." + $0
        }
        return
            (columns.known.map(\.description) + attributes + ["AND", "LIKE", "ILIKE", "IN", "IS NULL", "IS NOT NULL"])
            .joined(separator: "\n")
    }

    private var chooser: HTML {
        let all = columns.known + columns.shown.filter { !columns.known.contains($0) }
        guard !all.isEmpty else { return "" }
        let boxes = all.map { field -> HTML in
            """
            <label><input type="checkbox" name="column" value="\(field.description)"\
            \(flag: "checked", columns.shown.contains(field))> \(field.description)</label>
            """
        }
        return """
            <details class="more"><summary>Choose columns</summary><div class="choices">\(boxes)</div>\
            <button>Show these columns</button></details>
            """
    }

    private var list: HTML {
        guard !runs.isEmpty else { return empty }
        var table = Table("Runs of \(experiment.name)", tableColumns)
        let best = bestValues
        let digits = Dictionary(
            columns.shown.filter { $0.entity == .metric }.map { field in
                (field.key, NumberColumn(runs.compactMap { $0.metrics[field.key]?.value }))
            },
            uniquingKeysWith: { first, _ in first }
        )
        let sparks = Dictionary(grouping: curves) { $0.run }
        for run in runs {
            var cells: [HTML] = [
                """
                <input type="checkbox" name="run" value="\(run.id.rawValue)" aria-label="Select \(run.title)">
                """,
                .runLink(run.id, run.name), .status(run.status),
            ]
            for field in columns.shown { cells.append(cell(field, run, best, digits, sparks[run.number] ?? [])) }
            cells += [viewer.time(run.startedAt), .duration(run.duration.map { .seconds($0) })]
            table.add(cells)
        }
        return table.html
    }

    private var tableColumns: [Table.Column] {
        [
            .init("<span class=\"hidden\">Select</span>"), heading("Run", SearchField(.attribute, "run_name")),
            heading("Status", SearchField(.attribute, "status")),
        ]
            + columns.shown.map { field in
                heading(field.key, field, isNumeric(field) ? .right : .left)
            }
            + [
                heading("Started", SearchField(.attribute, "start_time"), .right),
                .init("Took", .right, isMinor: true),
            ]
    }

    /// Metrics, and parameters that are numbers, lists of numbers in a sweep, or none.
    private func isNumeric(_ field: SearchField) -> Bool {
        switch field.entity {
        case .metric: return true
        case .parameter:
            let values = runs.compactMap { $0.params[field.key] }.flatMap { $0.split(separator: ",") }
            return values.contains { Double($0) != nil }
                && values.allSatisfy { Double($0) != nil || $0.lowercased() == "none" }
        default: return false
        }
    }

    /// A title that sorts: by a new column in the direction that is asked for most, by the same one in the other.
    private func heading(_ title: String, _ field: SearchField, _ alignment: Table.Column.Alignment = .left)
        -> Table.Column
    {
        let current = query.order.flatMap { try? SearchOrder($0, rules: .runs) }
        let isCurrent = current?.field == field
        let startsAscending =
            switch field.entity {
            case .metric: MetricDirection(of: field.key) == .lowerIsBetter
            case .attribute: field.key != "start_time"
            default: true
            }
        let ascending = isCurrent ? !(current?.isAscending ?? false) : startsAscending
        let order = "\(field) \(ascending ? "ASC" : "DESC")"
        let sorted = isCurrent ? (current?.isAscending == true ? "ascending" : "descending") : nil
        let arrow = sorted.map { $0 == "ascending" ? " ↑" : " ↓" } ?? ""
        return .init(
            "<a href=\"\(query.location(id, order: .some(order)))\">\(title)<span aria-hidden=\"true\">\(arrow)</span></a>",
            alignment,
            sorted: sorted
        )
    }

    private func cell(
        _ field: SearchField,
        _ run: Run,
        _ best: [String: Double],
        _ digits: [String: NumberColumn],
        _ curves: [MetricCurve]
    ) -> HTML {
        switch field.entity {
        case .metric:
            let value = run.metrics[field.key]?.value
            let number = digits[field.key].map { HTML.number(value, in: $0) } ?? .number(value)
            let isBest = value != nil && best[field.key] == value
            let spark = curves.first { $0.key == field.key }.map { Sparkline(values: $0.points.map(\.value)).html }
            return
                "\(spark)\(isBest ? "<span class=\"best\" title=\"best on this page\">\(number)</span>" as HTML : number)"
        case .parameter: return .text(run.params[field.key])
        case .tag: return .text(run.tags[field.key])
        default: return ""
        }
    }

    /// The best value of each metric, where there are several to choose from.
    private var bestValues: [String: Double] {
        var best: [String: Double] = [:]
        for field in columns.shown where field.entity == .metric {
            best[field.key] = MetricDirection(named: field.key)?
                .best(of: runs.compactMap { $0.metrics[field.key]?.value })
        }
        return best
    }

    private var selectionButtons: HTML {
        let changes: HTML =
            !viewer.may(.write)
            ? ""
            : query.isDeleted || experiment.stage == .deleted
                ? "<button name=\"action\" value=\"restore\">Restore selected</button>"
                : "<button name=\"action\" value=\"delete\">Delete selected</button>"
        return """
            <div class="actions"><button class="primary" name="action" value="compare">Compare selected</button>\(changes)\
            </div>
            """
    }

    private var empty: HTML {
        if problem != nil { return "" }
        if !query.filter.isEmpty {
            return .empty("No run fits this search. <a href=\"\(Location("experiments", id))\">Show all runs</a>.")
        }
        if query.isDeleted { return .empty("No run of this experiment is deleted.") }
        return .empty(
            "No run yet. <code>submit train --experiment '\(experiment.name)' --wait</code> makes the first one."
        )
    }

    private var pager: HTML {
        let first: HTML? = query.token == nil ? nil : "<a href=\"\(query.location(id))\">First page</a>"
        let later: HTML? = next.map { token in
            "<a href=\"\(query.location(id).setting("page", token))\" rel=\"next\">Next page</a>"
        }
        guard first != nil || later != nil else { return "" }
        return "<nav class=\"pager\" aria-label=\"Pages\">\(first)\(later)</nav>"
    }

    private var footer: HTML {
        let other: HTML =
            query.isDeleted
            ? "<a href=\"\(query.location(id, isDeleted: false))\">Runs in use</a>"
            : "<a href=\"\(query.location(id, isDeleted: true))\">Deleted runs</a>"
        guard !runs.isEmpty else { return "<p>\(other)</p>" }
        return """
            <p>Download all that fit: <a href="\(query.location(id, "runs.csv"))">CSV</a>, \
            <a href="\(query.location(id, "runs.json"))">JSON</a> · \(other)</p>
            """
    }
}
