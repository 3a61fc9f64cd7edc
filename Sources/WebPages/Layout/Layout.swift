internal import Presentation

/// The frame of every page: head, navigation, heading.
struct Layout {
    let viewer: Viewer

    func html(_ page: Page, notice: Notice? = nil) -> HTML {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <title>\(page.title) · Coppice</title>
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <link rel="icon" href="\(StaticAssets.icon.location)" type="image/svg+xml">
        <link rel="stylesheet" href="\(StaticAssets.style.location)">
        <script src="\(StaticAssets.script.location)" defer></script>
        </head>
        <body>
        <a class="skip" href="#content">Skip to content</a>
        <header class="site">
        <nav aria-label="Site"><ul>\(navigation(page))</ul></nav>\(session)
        </header>
        <main id="content" tabindex="-1"\(attribute: "data-events", page.events?.description)\
        \(attribute: "data-leads-on", page.leadsOn?.description)>
        \(trail(page))<div class="heading"><h1>\(page.title)</h1>\(page.aside)</div>
        \(notice.map { "<p class=\"notice\" role=\"status\">\($0.text)</p>\n" as HTML })\(page.body)
        </main>
        <footer class="site">Coppice \(CoppiceVersion.current)</footer>
        </body>
        </html>

        """
    }

    private func navigation(_ page: Page) -> [HTML] {
        guard viewer.scope != nil else { return ["<li><a class=\"home\" href=\"/\">Coppice</a></li>"] }
        return Page.Section.allCases.map { section in
            let isCurrent = section == page.section
            let name: HTML = section == .home ? "\(Self.mark)Coppice" : HTML(section.title)
            return """
                <li><a href="\(section.location)"\(attribute: "class", section == .home ? "home" : nil)\
                \(attribute: "aria-current", isCurrent ? (page.trail.isEmpty ? "page" : "true") : nil)>\(name)</a></li>
                """
        }
    }

    private static let mark: HTML = """
        <svg class="mark" viewBox="0 0 16 16" aria-hidden="true"><path d="M8 15V7M8 11 4.5 7.5M8 9.5l3.5-3.5"/>\
        <circle cx="8" cy="4" r="2.6"/><circle cx="3.3" cy="6.3" r="1.7"/><circle cx="12.7" cy="4.9" r="1.7"/></svg>
        """

    private func trail(_ page: Page) -> HTML {
        guard !page.trail.isEmpty else { return "" }
        let items = page.trail.map { item -> HTML in "<li><a href=\"\(item.location)\">\(item.title)</a></li>" }
        return "<nav class=\"trail\" aria-label=\"Breadcrumb\"><ol>\(items)</ol></nav>\n"
    }

    /// Who came with a cookie can leave.
    private var session: HTML {
        guard viewer.hasSignedIn else { return "" }
        return viewer.form(to: Location("sign-out"), class: "session", "<button class=\"quiet\">Sign out</button>")
    }
}
