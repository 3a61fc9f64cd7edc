internal import Artifacts
internal import Presentation
internal import Tracking

/// The artifacts of a run as folders that open, with the size of each file and a way to get it.
struct ArtifactTree {
    let run: Run.ID
    let files: [ArtifactInfo]
    /// How many parts of their paths are those of the folder that is shown.
    let depth: Int

    /// A run of more files than this is shown folder by folder.
    static let limit = 300

    var html: HTML {
        "<div class=\"tree\">\(Self.list(files.map { ($0.path.components.dropFirst(depth), $0) }, run))</div>"
    }

    private typealias Leaf = (rest: ArraySlice<String>, file: ArtifactInfo)

    private static func list(_ leaves: [Leaf], _ run: Run.ID) -> HTML {
        let folders = Dictionary(grouping: leaves.filter { $0.rest.count > 1 }) { $0.rest.first ?? "" }
        let files = leaves.filter { $0.rest.count == 1 }.sorted { $0.file.path.name < $1.file.path.name }
        let opened = folders.sorted { $0.key < $1.key }.map { name, leaves -> HTML in
            let size = leaves.reduce(0) { $0 + $1.file.size }
            let count = leaves.count == 1 ? "1 file" : "\(leaves.count) files"
            return """
                <li><details><summary>\(name)/ <span class="muted">\(count), \(HumanReadable.byteCount(size))</span></summary>\
                \(list(leaves.map { ($0.rest.dropFirst(), $0.file) }, run))</details></li>
                """
        }
        let shown = files.map { _, file -> HTML in
            let path = file.path.description
            return """
                <li class="file">\(HTML.link(file.path.name, to: ArtifactView.location(path, run: run))) \
                <span class="number">\(HumanReadable.byteCount(file.size))</span> \
                <a href="\(ArtifactView.download(path, run: run))" download aria-label="Download \(path)">Download</a></li>
                """
        }
        return "<ul>\(opened)\(shown)</ul>"
    }
}
