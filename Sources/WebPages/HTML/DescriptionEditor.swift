internal import Access

/// What is said about something, to change where that is allowed.
struct DescriptionEditor {
    let viewer: Viewer
    let text: String
    /// Where its form goes.
    let location: Location

    /// As the registry allows.
    private static let limit = 100_000

    var html: HTML {
        let shown: HTML = text.isEmpty ? "" : "<p class=\"description\">\(text)</p>"
        let form = viewer.form(
            to: location,
            class: "stacked",
            needs: .write,
            """
            <label for="description">Description</label>\
            <textarea id="description" name="description" rows="5" maxlength="\(Self.limit)">\(text)</textarea>\
            <button>Save description</button>
            """
        )
        guard !form.isEmpty else { return text.isEmpty ? .empty("No description.") : shown }
        let label = text.isEmpty ? "Add a description" : "Edit the description"
        return "\(shown)<details class=\"more\"><summary>\(label)</summary>\(form)</details>"
    }
}
