internal import Hummingbird

/// What a page shows; `Layout` puts the same frame around all of them.
struct Page: Sendable {
    /// A part of the site, as the navigation lists them.
    enum Section: String, Sendable, CaseIterable {
        case home, experiments, jobs, models, workers, schedules, sql, about

        var title: String { self == .sql ? "SQL" : rawValue.prefix(1).uppercased() + rawValue.dropFirst() }

        var location: Location { self == .home ? Location() : Location(rawValue) }
    }

    /// The heading, and the window's title.
    var title: String
    var section: Section?
    /// Where the page belongs, from the outside in.
    var trail: [(title: String, location: Location)] = []
    /// Stands beside the heading: a state, or buttons.
    var aside = HTML()
    var body: HTML
    /// Where the browser hears that what it shows has changed; it then fetches the page again, and replaces the elements
    /// that have a `data-live` and an id.
    var events: Location?
    /// Where the script leads those who came with an address of MLflow's pages, which stands behind `#`: to the pages
    /// that are there, or to those of ours that show the same.
    var leadsOn: Location?
    var status: HTTPResponse.Status = .ok

    init(_ title: String, section: Section? = nil, body: HTML) {
        self.title = title
        self.section = section
        self.body = body
    }
}
