internal import Presentation

/// Parallel coordinates: an axis for each column, a line for each run.
struct ParallelChart {
    struct Axis {
        let name: String
        /// What each run has there: a number, or text that is put in order.
        let values: [String?]
    }

    struct Line {
        let name: String
        let link: Location
    }

    let axes: [Axis]
    let lines: [Line]

    /// So many CSS pixels an axis takes at least, for its name and its values; on a narrow screen the chart scrolls.
    private var axisWidth: Int {
        max(110, 8 * (axes.map { min($0.name.count, Self.nameLimit) }.max() ?? 0) + 16)
    }

    private static let nameLimit = 24

    var html: HTML {
        guard axes.count > 1 else { return "" }
        let places = axes.map { AxisPlaces($0.values) }
        let step = 1 / Double(axes.count - 1)
        var (marks, labels) = (HTML(), HTML())
        for (index, axis) in axes.enumerated() {
            let x: HTML = "\(percent: step * Double(index))"
            marks += """
                <line class="axis" x1="\(x)" x2="\(x)" y1="0" y2="100%"/>\
                <text class="title" x="\(x)" y="0" dy="-14" text-anchor="middle">\
                \(ChartFrame.shortened(axis.name, Self.nameLimit))</text>
                """
            for (label, share) in places[index].labels {
                labels += """
                    <text class="halo" x="\(x)" dx="6" y="\(percent: 1 - share)" dy="4">\(ChartFrame.shortened(label, 14))</text>
                    """
            }
        }
        for (number, line) in lines.enumerated() {
            let points = axes.indices.map { index in
                axes[index].values[number].flatMap(places[index].share).map { (x: step * Double(index), y: $0) }
            }
            let values = axes.map { "\($0.name) \($0.values[number] ?? "–")" }.joined(separator: ", ")
            let path = ChartFrame.line(
                points,
                class: Legend.line(number),
                title: "<title>\(line.name): \(values)</title>"
            )
            marks += "<a href=\"\(line.link)\" aria-label=\"\(line.name)\">\(path)</a>"
        }
        return """
            <figure class="chart parallel" role="region" tabindex="0" aria-label="Parallel coordinates">\
            <svg width="\(axisWidth * (axes.count - 1))" role="group" \
            aria-label="Parallel coordinates of \(lines.count) runs">\(marks)\(labels)</svg></figure>
            """
    }
}

/// Where values stand on an axis: numbers by size, text and the word none in order above them.
struct AxisPlaces {
    private let places: [String: Double]
    let labels: [(String, Double)]

    init(_ values: [String?]) {
        let distinct = Set(values.compactMap(\.self))
        let numbers = distinct.compactMap { text in Double(text).flatMap { $0.isFinite ? (text, $0) : nil } }
        let texts = distinct.filter { Double($0)?.isFinite != true }.sorted()
        var places: [String: Double] = [:]
        var labels: [(String, Double)] = []
        // Text has its own steps; numbers, if there are any, share what is below.
        let top = numbers.isEmpty ? 1.0 : texts.isEmpty ? 1.0 : 0.75
        if let low = numbers.map(\.1).min(), let high = numbers.map(\.1).max() {
            for (text, number) in numbers { places[text] = high > low ? top * (number - low) / (high - low) : top / 2 }
            if numbers.count <= 6 {
                for (text, number) in numbers.sorted(by: { $0.1 < $1.1 }) {
                    let place = places[text] ?? 0
                    guard labels.last.map({ place - $0.1 > 0.06 }) ?? true else { continue }
                    labels.append((HumanReadable.number(number), place))
                }
            } else {
                labels = [(HumanReadable.number(low), 0), (HumanReadable.number(high), top)]
            }
        }
        for (index, text) in texts.enumerated() {
            let lower = numbers.isEmpty ? 0.0 : texts.count == 1 ? 1.0 : 0.85
            let place =
                texts.count == 1
                ? (numbers.isEmpty ? 0.5 : 1) : lower + (1 - lower) * Double(index) / Double(texts.count - 1)
            places[text] = place
            if texts.count <= 8 { labels.append((text, place)) }
        }
        self.places = places
        self.labels = labels
    }

    func share(_ value: String) -> Double? { places[value] }
}
