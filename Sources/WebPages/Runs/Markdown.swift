/// The plain part of Markdown: headings, paragraphs, lists, code, emphasis and links to the web.
///
/// Everything is text until it is recognised, so markup in it is shown and not obeyed; there are no images and no HTML.
struct Markdown {
    private let lines: [Substring]

    init(_ text: String) {
        lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    }

    var html: HTML {
        var result = HTML()
        var paragraph: [Substring] = []
        var items: [Substring] = []
        var isOrdered = false
        func flush() {
            if !paragraph.isEmpty { result += "<p>\(Self.inline(paragraph.joined(separator: " ")))</p>" }
            if !items.isEmpty {
                let list = items.map { item -> HTML in "<li>\(Self.inline(String(item)))</li>" }
                result += isOrdered ? "<ol>\(list)</ol>" : "<ul>\(list)</ul>"
            }
            paragraph = []
            items = []
        }
        var index = 0
        while index < lines.count {
            let line = lines[index]
            let trimmed = line.drop { $0 == " " }
            index += 1
            if trimmed.hasPrefix("```") {
                flush()
                var code: [Substring] = []
                while index < lines.count, !lines[index].drop(while: { $0 == " " }).hasPrefix("```") {
                    code.append(lines[index])
                    index += 1
                }
                index += 1
                result += "<pre tabindex=\"0\" aria-label=\"Code\"><code>\(code.joined(separator: "\n"))</code></pre>"
            } else if trimmed.isEmpty {
                flush()
            } else if trimmed.hasPrefix("#"), let text = Self.heading(trimmed) {
                flush()
                // Below the page's own headings.
                result += "<h3>\(Self.inline(text))</h3>"
            } else if let (item, ordered) = Self.item(trimmed) {
                if !paragraph.isEmpty || ordered != isOrdered { flush() }
                isOrdered = ordered
                items.append(item)
            } else {
                if !items.isEmpty { flush() }
                paragraph.append(trimmed)
            }
        }
        flush()
        return result
    }

    private static func heading(_ line: Substring) -> String? {
        let level = line.prefix { $0 == "#" }
        let rest = line.dropFirst(level.count)
        return level.count <= 6 && rest.hasPrefix(" ") ? String(rest.drop { $0 == " " }) : nil
    }

    private static func item(_ line: Substring) -> (Substring, isOrdered: Bool)? {
        for mark in ["- ", "* ", "+ "] where line.hasPrefix(mark) { return (line.dropFirst(2), false) }
        let digits = line.prefix { $0.isASCII && $0.isNumber }
        guard (1...9).contains(digits.count), line.dropFirst(digits.count).hasPrefix(". ") else { return nil }
        return (line.dropFirst(digits.count + 2), true)
    }

    /// Code, bold, emphasis, links.
    private static func inline(_ text: String) -> HTML {
        var result = HTML()
        var rest = Substring(text)
        while let first = rest.first {
            if first == "`", let (code, after) = enclosed(rest, by: "`") {
                result += "<code>\(code)</code>"
                rest = after
            } else if rest.hasPrefix("**"), let (bold, after) = enclosed(rest, by: "**") {
                result += "<strong>\(inline(String(bold)))</strong>"
                rest = after
            } else if first == "*", let (soft, after) = enclosed(rest, by: "*") {
                result += "<em>\(inline(String(soft)))</em>"
                rest = after
            } else if first == "[", let (label, address, after) = link(rest) {
                result += "<a href=\"\(address)\" rel=\"noopener noreferrer nofollow\">\(label)</a>"
                rest = after
            } else {
                let plain = rest.dropFirst().prefix { !"`*[".contains($0) }
                result += "\(rest[..<plain.endIndex])"
                rest = rest[plain.endIndex...]
            }
        }
        return result
    }

    private static func enclosed(_ text: Substring, by mark: String) -> (Substring, after: Substring)? {
        let inner = text.dropFirst(mark.count)
        guard let end = inner.firstRange(of: mark), end.lowerBound > inner.startIndex else { return nil }
        return (inner[..<end.lowerBound], inner[end.upperBound...])
    }

    /// Only to the web: an address of another kind could run something.
    private static func link(_ text: Substring) -> (label: Substring, address: Substring, after: Substring)? {
        guard let middle = text.firstRange(of: "]("),
            let end = text[middle.upperBound...].firstIndex(of: ")")
        else { return nil }
        let label = text[text.index(after: text.startIndex)..<middle.lowerBound]
        let address = text[middle.upperBound..<end]
        guard address.hasPrefix("https://") || address.hasPrefix("http://"), !label.isEmpty else { return nil }
        return (label, address, text[text.index(after: end)...])
    }
}

extension HTML {
    /// What people wrote of a run or an experiment, in the tag that MLflow's pages keep it in; nothing if they did not.
    static func note(of tags: [String: String]) -> HTML {
        guard let text = tags["mlflow.note.content"], !text.isEmpty else { return "" }
        return "<div class=\"prose\">\(Markdown(text).html)</div>"
    }
}
