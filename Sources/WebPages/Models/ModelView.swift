internal import Access
internal import Jobs
internal import Presentation
internal import Registry
internal import Tracking

/// The versions of a model, side by side, and where its aliases point.
struct ModelView {
    let viewer: Viewer
    let model: RegisteredModel
    let versions: [ModelVersion]
    let hasMore: Bool
    let runs: [Run.ID: Run]
    let moves: [AliasMove]

    private static let metricCount = 4

    var html: HTML {
        """
        \(DescriptionEditor(
            viewer: viewer,
            text: model.description,
            location: Location("models", model.name, "description")
        ).html)
        \(list)\(pager)\(compare)
        <div class="columns">\(move)<section aria-labelledby="tags-title"><h2 id="tags-title">Tags</h2>\
        \(TagEditor(viewer: viewer, tags: model.tags, location: Location("models", model.name, "tags")).html)</section></div>
        \(history)
        """
    }

    private var list: HTML {
        guard !versions.isEmpty else { return .empty("This model has no version.") }
        let keys = Set(versions.compactMap { run(of: $0) }.flatMap(\.metrics.keys)).sorted { left, right in
            let (first, second) = (TrainMetricOrder.places[left] ?? .max, TrainMetricOrder.places[right] ?? .max)
            return first != second ? first < second : left < right
        }.prefix(Self.metricCount)
        var table = Table(
            "Versions of \(model.name)",
            [.init("Version"), .init("Aliases")] + keys.map { .init("\($0)", .right) } + [
                .init("Run"), .init("Data", isMinor: true), .init("Made", .right),
            ]
        )
        let digits = keys.map { key in
            (key, NumberColumn(versions.compactMap { run(of: $0)?.metrics[key]?.value }))
        }
        for version in versions {
            let run = run(of: version)
            table.add(
                [
                    .link("\(version.version)", to: Location("models", model.name, "\(version.version)")),
                    version.aliases.map { HTML.badge($0, "alias") }.joined(separator: " "),
                ] + digits.map { key, column in .number(run?.metrics[key]?.value, in: column) } + [
                    run.map { .runLink($0.id, $0.name) } ?? .text(version.run.map { String($0.prefix(8)) }),
                    .text(run?.inputs.first?.dataset.name), viewer.time(version.createdAt),
                ],
                isHeader: true
            )
        }
        return table.html
    }

    private func run(of version: ModelVersion) -> Run? { version.run.flatMap { runs[Run.ID(rawValue: $0)] } }

    private var pager: HTML {
        guard hasMore, let last = versions.last else { return "" }
        let next = Location("models", model.name, query: ["before": "\(last.version)"])
        return "<nav class=\"pager\" aria-label=\"Pages\"><a href=\"\(next)\" rel=\"next\">Older versions</a></nav>"
    }

    private var compare: HTML {
        let known = versions.filter { run(of: $0) != nil }
        guard known.count > 1 else { return "" }
        func options(_ chosen: ModelVersion) -> [HTML] {
            known.map { version in
                "<option value=\"\(version.run ?? "")\"\(flag: "selected", version == chosen)>version \(version.version)</option>"
            }
        }
        return """
            <form class="toolbar" action="/compare"><div><label for="first">Compare</label>\
            <select id="first" name="run">\(options(known[1]))</select></div><div><label for="second">with</label>\
            <select id="second" name="run">\(options(known[0]))</select></div><button>Compare</button></form>
            """
    }

    private var move: HTML {
        guard viewer.may(.write), !versions.isEmpty else { return "" }
        let choices = versions.map { "<option>\($0.version)</option>" as HTML }
        let current = model.aliases.sorted { $0.key < $1.key }.map { alias, version -> HTML in
            """
            <li>\(HTML.badge(alias, "alias")) version \(version) \(viewer.confirmedButton(
                "Remove…",
                question: "Remove the alias \(alias)? Who loads models:/\(model.name)@\(alias) gets an error then.",
                confirm: "Remove alias",
                to: Location("models", model.name, "aliases"),
                values: ["action": "remove", "alias": alias]
            ))</li>
            """
        }
        return """
            <section aria-labelledby="aliases-title"><h2 id="aliases-title">Aliases</h2>\
            \(current.isEmpty ? .empty("No alias yet: point one, such as champion, at the version to use.") : "<ul class=\"plain\">\(current)</ul>")
            \(viewer.form(
                to: Location("models", model.name, "aliases"),
                class: "toolbar",
                needs: .write,
                """
                <div><label for="alias">Alias</label><input id="alias" name="alias" required maxlength="255" \
                value="\(model.aliases.isEmpty ? "champion" : "")"></div><div><label for="version">Version</label>\
                <select id="version" name="version">\(choices)</select></div>\
                <div><label class="check"><input type="checkbox" required> Move it if it points elsewhere</label></div>\
                <button>Point alias</button>
                """
            ))</section>
            """
    }

    private var history: HTML {
        guard !moves.isEmpty else { return "" }
        var table = Table(
            "Moves of aliases",
            [.init("Alias"), .init("From", .right), .init("To", .right), .init("When", .right), .init("By")]
        )
        for move in moves {
            table.add([
                "\(move.alias)", .text(move.from.map { String($0) }), move.to.map { "\($0)" } ?? "removed",
                viewer.time(move.movedAt), "\(move.movedBy)",
            ])
        }
        return
            "<section aria-labelledby=\"moves-title\"><h2 id=\"moves-title\">Moves of aliases</h2>\(table.html)</section>"
    }
}
