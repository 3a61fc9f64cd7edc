/// What gnuplot's SVG needs before it is fit to keep.
enum SVGText {
    static func cleaned(_ svg: [UInt8]) -> [UInt8] {
        var lines: [Substring] = []
        for line in String(decoding: svg, as: UTF8.self).split(separator: "\n") {
            // An empty group still has the pen of the figure before: without it, equal figures are equal files.
            if line == "</g>", lines.last?.hasPrefix("<g ") == true {
                lines.removeLast()
            } else {
                lines.append(line)
            }
        }
        return Array(
            lines.joined(separator: "\n")
                // A machine that lacks the one font that gnuplot names would fall back to serifs.
                .replacing(
                    "font-family=\"\(Style.font)\"",
                    with: "font-family=\"\(Style.font), Verdana, Helvetica, sans-serif\""
                )
                // Not allowed in XML outside of CDATA, of which there is none.
                .replacing("]]>", with: "]]&gt;")
                .utf8
        )
    }
}
