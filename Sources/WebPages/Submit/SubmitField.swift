/// One question of a form, with what was answered and what is wrong with that.
struct SubmitField {
    enum Kind {
        case text
        /// Values, and how they are called.
        case choice([(value: String, title: String)])
        case file
        case area
    }

    let name: String
    let label: String
    var hint: String?
    var kind = Kind.text
    var isWide = false

    init(_ name: String, _ label: String, hint: String? = nil, kind: Kind = .text, isWide: Bool = false) {
        self.name = name
        self.label = label
        self.hint = hint
        self.kind = kind
        self.isWide = isWide
    }

    func html(_ value: String?, problem: String?) -> HTML {
        let id = "field-\(name)"
        let described = [hint == nil ? nil : "\(id)-hint", problem == nil ? nil : "\(id)-problem"].compactMap(\.self)
        let common: HTML = """
            id="\(id)" name="\(name)"\(attribute: "aria-describedby", described.isEmpty ? nil : described.joined(separator: " "))\
            \(attribute: "aria-invalid", problem == nil ? nil : "true")
            """
        let control: HTML =
            switch kind {
            case .text:
                "<input \(common) value=\"\(value ?? "")\" autocomplete=\"off\" spellcheck=\"false\">"
            case .file: "<input type=\"file\" \(common) accept=\".csv,text/csv\">"
            case .area: "<textarea \(common) rows=\"3\">\(value ?? "")</textarea>"
            case .choice(let choices):
                """
                <select \(common)>\(choices.map { choice -> HTML in
                    "<option value=\"\(choice.value)\"\(flag: "selected", choice.value == value)>\(choice.title)</option>"
                })</select>
                """
            }
        return """
            <div class="field\(isWide ? " wide" : "") field-\(name)"><label for="\(id)">\(label)</label>\(control)\
            \(hint.map { "<span class=\"hint\" id=\"\(id)-hint\">\($0)</span>" as HTML })\
            \(problem.map { "<span class=\"problem\" id=\"\(id)-problem\">\($0)</span>" as HTML })</div>
            """
    }
}

/// Fields under a title.
struct SubmitGroup {
    let title: String
    let fields: [SubmitField]
    var hint: String?
    /// Closed until it is asked for, or something in it was answered or is wrong.
    var isOptional = false

    init(_ title: String, _ fields: [SubmitField], hint: String? = nil, isOptional: Bool = false) {
        self.title = title
        self.fields = fields
        self.hint = hint
        self.isOptional = isOptional
    }

    func html(_ values: [String: String], _ problems: [String: String]) -> HTML {
        let content = fields.map { $0.html(values[$0.name], problem: problems[$0.name]) }
        guard isOptional else {
            return """
                <fieldset><legend>\(title)</legend>\(hint.map { "<p class=\"muted small\">\($0)</p>" as HTML })\
                <div class="fields">\(content)</div></fieldset>
                """
        }
        let isOpen = fields.contains { values[$0.name] != nil || problems[$0.name] != nil }
        return """
            <details class="more"\(flag: "open", isOpen)><summary>\(title)</summary><fieldset>\
            <legend class="hidden">\(title)</legend><div class="fields">\(content)</div></fieldset></details>
            """
    }
}
