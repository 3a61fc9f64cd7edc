internal import Access

/// Tags of something, to set and to remove where that is allowed.
struct TagEditor {
    let viewer: Viewer
    let tags: [String: String]
    /// Where its forms go.
    let location: Location
    var mayChange: Bool

    init(viewer: Viewer, tags: [String: String], location: Location, mayChange: Bool = true) {
        self.viewer = viewer
        self.tags = tags.filter { !$0.key.hasPrefix("mlflow.") }
        self.location = location
        self.mayChange = mayChange && viewer.may(.write)
    }

    var html: HTML {
        guard mayChange else { return list }
        return """
            \(list)\(viewer.form(
                to: location,
                class: "toolbar",
                needs: .write,
                """
                <div><label for="tag-key">Tag</label><input id="tag-key" name="key" required maxlength="250"></div>\
                <div><label for="tag-value">Value</label><input id="tag-value" name="value" maxlength="8000"></div>\
                <button>Set tag</button>
                """
            ))
            """
    }

    private var list: HTML {
        guard !tags.isEmpty else { return .empty("No tags.") }
        var table = Table("Tags", [.init("Tag"), .init("Value")] + (mayChange ? [.init("Change")] : []))
        for (key, value) in tags.sorted(by: { $0.key < $1.key }) {
            table.add(["\(key)", "\(value)"] + (mayChange ? [remove(key)] : []), isHeader: true)
        }
        return table.html
    }

    private func remove(_ key: String) -> HTML {
        viewer.form(
            to: location,
            class: "inline",
            needs: .write,
            """
            <input type="hidden" name="action" value="delete"><input type="hidden" name="key" value="\(key)">\
            <button class="quiet" aria-label="Remove the tag \(key)">Remove</button>
            """
        )
    }
}
