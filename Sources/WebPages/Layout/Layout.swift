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
        <main id="content" tabindex="-1"\(attribute: "data-events", page.events?.description)>
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
            let name = section == .home ? "Coppice" : section.title
            return """
                <li><a href="\(section.location)"\(attribute: "class", section == .home ? "home" : nil)\
                \(attribute: "aria-current", isCurrent ? (page.trail.isEmpty ? "page" : "true") : nil)>\(name)</a></li>
                """
        }
    }

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
