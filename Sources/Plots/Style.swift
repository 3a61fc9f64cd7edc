/// How all figures look: quiet axes, room around them, colours that colour-blind readers and black-and-white printers
/// keep apart (M. Okabe, K. Ito, "Color Universal Design", 2008).
enum Style {
    static let blue = Color("#0072B2")
    static let orange = Color("#D55E00")
    static let green = Color("#009E73")
    static let sky = Color("#56B4E9")
    static let ink = Color("#222222")
    static let grey = Color("#7A7A7A")
    static let white = Color("#FFFFFF")
    static let light = Color("#DDDDDD")
    static let series = [blue, orange, green, Color("#CC79A7"), Color("#E69F00"), sky, Color("#000000")]

    static let font = "DejaVu Sans"
    /// A PNG has so many pixels for each point: a figure 480 points wide is 12 cm at 200 dots per inch, with letters of
    /// 8 points. The time for a PNG is the time to compress it, and grows with the pixels.
    static let pixelsPerPoint = 2.0
    /// As many points as the eye can still tell apart; the vector file grows with each.
    static let markLimit = 4000

    /// Terminal and defaults of a figure. Markup in text is off: names come from data.
    static func prologue(_ size: FigureSize, _ format: ImageFormat) -> GnuplotScript {
        var script = GnuplotScript()
        script.add("reset")
        script.add("set encoding utf8")
        switch format {
        case .png:
            let width = Int((Double(size.width) * pixelsPerPoint).rounded())
            let height = Int((Double(size.height) * pixelsPerPoint).rounded())
            script.add(
                """
                set terminal pngcairo noenhanced size \(width),\(height) font \(code: "'\(font),11'") \
                fontscale \(pixelsPerPoint) linewidth \(pixelsPerPoint) pointscale \(pixelsPerPoint) \
                background rgb '#FFFFFF'
                """
            )
        case .svg:
            script.add(
                """
                set terminal svg noenhanced size \(size.width),\(size.height) dynamic font \(code: "'\(font),11'") \
                background rgb '#FFFFFF'
                """
            )
        }
        script.add("set border 3 linewidth 0.8 linecolor rgb \(ink)")
        script.add("set tics nomirror out scale 0.6 font ',10' textcolor rgb \(ink)")
        script.add("set grid back linecolor rgb \(light) linewidth 0.6 linetype 1 dashtype solid")
        script.add("set minussign")
        script.add("set key noautotitle noopaque textcolor rgb \(ink) Left reverse samplen 2 spacing 1.1 font ',10'")
        return script
    }
}

extension GnuplotScript {
    /// Puts the caption above the graph, from the left edge of the figure.
    mutating func addCaption(_ caption: Caption, width: Int) {
        // A letter of 9 points is about 5.6 points wide.
        let lines = wrapped(caption.details, to: Int(Double(width) * 0.93 / 5.6))
        add("set tmargin \(2.6 + Double(lines.count) * 1.15)")
        add(
            """
            set label 1001 \(shortened(caption.title, to: width / 8)) at screen 0.035, graph 1 \
            offset 0,\(0.9 + Double(lines.count) * 1.2) left font ',12' textcolor rgb \(Style.ink)
            """
        )
        for (index, line) in lines.enumerated() {
            add(
                """
                set label \(1002 + index) \(line) at screen 0.035, graph 1 \
                offset 0,\(0.9 + Double(lines.count - 1 - index) * 1.1) left font ',9' textcolor rgb \(Style.grey)
                """
            )
        }
    }
}

/// The parts on as few lines as they need, two at most; what is too long is cut.
func wrapped(_ parts: [String], to limit: Int) -> [String] {
    var lines: [String] = []
    for part in parts where !part.isEmpty {
        if let last = lines.last, last.count + part.count + 3 <= limit || lines.count == 2 {
            lines[lines.count - 1] = last + "   " + part
        } else {
            lines.append(part)
        }
    }
    return lines.map { shortened($0, to: limit) }
}

/// A name without its middle where it is longer than `limit`: long names often differ at the end only.
func abridged(_ name: String, to limit: Int) -> String {
    let tail = limit * 2 / 5
    return name.count <= limit ? name : name.prefix(limit - tail - 1) + "…" + name.suffix(tail)
}

/// Text that fits its place, cut at the end.
func shortened(_ text: String, to limit: Int) -> String {
    text.count <= limit ? text : text.prefix(limit - 1) + "…"
}
