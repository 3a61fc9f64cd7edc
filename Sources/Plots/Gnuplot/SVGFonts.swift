/// gnuplot names one font in an SVG. A machine that lacks it would fall back to serifs.
enum SVGFonts {
    static func withAlternatives(_ svg: [UInt8]) -> [UInt8] {
        let named = "font-family=\"\(Style.font)\""
        let text = String(decoding: svg, as: UTF8.self)
        return Array(text.replacing(named, with: "font-family=\"\(Style.font), Verdana, Helvetica, sans-serif\"").utf8)
    }
}
