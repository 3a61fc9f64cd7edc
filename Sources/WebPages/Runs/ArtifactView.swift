internal import Artifacts
internal import Presentation
internal import Tracking

/// A folder of artifacts, and what can be shown of one of them.
struct ArtifactView {
    let run: Run
    let folder: ArtifactPath?
    let entries: [ArtifactEntry]
    /// All files below the folder, if there are few.
    let files: [ArtifactInfo]?
    let preview: ArtifactPreview?

    private static let columnLimit = 40

    var html: HTML {
        """
        \(preview.map(shown))
        <section aria-labelledby="folder-title"><h2 id="folder-title">\(folder.map { "In \($0.description)/" } ?? "All artifacts")</h2>\
        \(entries.isEmpty ? .empty("This run has no artifacts.") : Self.list(entries, files, in: folder, run: run.id))</section>
        """
    }

    /// The folders above.
    var trail: [(title: String, location: Location)] {
        let shown = preview?.path ?? folder
        guard let shown else { return [] }
        var trail = [(title: "Artifacts", location: Location("runs", run.id.rawValue, "artifacts"))]
        var above: [String] = []
        for part in shown.components.dropLast() {
            above.append(part)
            trail.append((part, Self.location(above.joined(separator: "/"), run: run.id)))
        }
        return trail
    }

    static func location(_ path: String, run: Run.ID) -> Location {
        Location("runs", run.rawValue, "artifacts", query: ["path": path])
    }

    /// Always a download; content types and a policy keep it from running as a page of ours.
    static func download(_ path: String, run: Run.ID) -> Location {
        Location("get-artifact", query: ["run_uuid": run.rawValue, "path": path])
    }

    /// - Parameter files: All that is in the folder, if that is little.
    static func list(_ entries: [ArtifactEntry], _ files: [ArtifactInfo]?, in folder: ArtifactPath? = nil, run: Run.ID)
        -> HTML
    {
        // Without folders there is nothing to open.
        guard let files, entries.contains(where: \.isFolder) else { return table(entries, run: run) }
        return ArtifactTree(run: run, files: files, depth: folder?.components.count ?? 0).html
    }

    private static func table(_ entries: [ArtifactEntry], run: Run.ID) -> HTML {
        var table = Table("Artifacts", [.init("Name"), .init("Size", .right), .init("Get", isMinor: true)])
        for entry in entries {
            let name =
                (entry.path.split(separator: "/").last.map(String.init) ?? entry.path) + (entry.isFolder ? "/" : "")
            table.add(
                [
                    .link(name, to: location(entry.path, run: run)), "\(HumanReadable.byteCount(entry.size))",
                    entry.isFolder
                        ? ""
                        : "<a href=\"\(download(entry.path, run: run))\" download aria-label=\"Download \(name)\">Download</a>",
                ],
                isHeader: true
            )
        }
        return table.html
    }

    private func shown(_ preview: ArtifactPreview) -> HTML {
        let source = Self.download(preview.path.description, run: run.id)
        let content: HTML =
            switch preview.content {
            case .image: "<p class=\"preview\"><img src=\"\(source)\" alt=\"The artifact \(preview.path.name)\"></p>"
            case .table(let rows, let isCut): csv(rows, isCut)
            case .markdown(let text): "<div class=\"prose\">\(Markdown(text).html)</div>"
            case .text(let text, let isCut):
                """
                <pre class="log" tabindex="0" aria-label="\(preview.path.name)"><code>\(text)</code></pre>\
                \(isCut ? "<p class=\"muted\">Only the beginning is shown.</p>" as HTML : "")
                """
            case .none: .empty("There is no preview of this kind of file.")
            }
        return """
            <p><a class="button" href="\(source)" download>Download</a> \
            <span class="muted">\(HumanReadable.byteCount(preview.size)), SHA-256 \
            <code title="\(preview.digest.hex)">\(preview.digest.hex.prefix(12))…</code></span></p>
            \(content)
            """
    }

    private func csv(_ rows: [[String]], _ isCut: Bool) -> HTML {
        guard let header = rows.first else { return .empty("The file is empty.") }
        let numeric = header.indices.map { column in
            rows.dropFirst().allSatisfy { column >= $0.count || $0[column].isEmpty || Double($0[column]) != nil }
        }
        var table = Table(
            "The first rows",
            header.prefix(Self.columnLimit).enumerated().map { .init("\($1)", numeric[$0] ? .right : .left) }
        )
        for row in rows.dropFirst().prefix(100) { table.add(row.prefix(Self.columnLimit).map { HTML($0) }) }
        let hasMore = isCut || header.count > Self.columnLimit
        return
            "\(table.html)\(hasMore ? "<p class=\"muted\">Only the first rows and columns are shown.</p>" as HTML : "")"
    }
}
