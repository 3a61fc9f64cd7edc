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

    private static let height = 330.0
    private static let margin = (side: 76.0, top: 44.0, bottom: 22.0)

    var html: HTML {
        guard axes.count > 1 else { return "" }
        let width = max(1000, Double(axes.count - 1) * 150 + 2 * Self.margin.side)
        let places = axes.map { AxisPlaces($0.values) }
        let bottom = Self.height - Self.margin.bottom
        func x(_ axis: Int) -> Double {
            Self.margin.side + (width - 2 * Self.margin.side) * Double(axis) / Double(axes.count - 1)
        }
        func y(_ share: Double) -> Double { bottom - (bottom - Self.margin.top) * share }
        var (marks, labels) = (HTML(), HTML())
        for (index, axis) in axes.enumerated() {
            marks += """
                <line class="axis" x1="\(svg: x(index))" x2="\(svg: x(index))" y1="\(svg: Self.margin.top)" y2="\(svg: bottom)"/>\
                <text class="title" x="\(svg: x(index))" y="\(index % 2 == 0 ? 16 : 32)" text-anchor="middle">\
                \(ChartFrame.shortened(axis.name, 22))</text>
                """
            for (label, share) in places[index].labels {
                labels += """
                    <text class="halo" x="\(svg: x(index) + 6)" y="\(svg: y(share) + 4)">\(ChartFrame.shortened(label, 14))</text>
                    """
            }
        }
        for (number, line) in lines.enumerated() {
            var path = ""
            var isOpen = false
            for index in axes.indices {
                guard let share = axes[index].values[number].flatMap(places[index].share) else {
                    isOpen = false
                    continue
                }
                let place: HTML = "\(svg: x(index)) \(svg: y(share))"
                path += (isOpen ? "L" : "M") + place.text
                isOpen = true
            }
            let values = axes.map { "\($0.name) \($0.values[number] ?? "–")" }.joined(separator: ", ")
            marks += """
                <a href="\(line.link)" aria-label="\(line.name)"><path class="line s\(number % 8)" d="\(path)">\
                <title>\(line.name): \(values)</title></path></a>
                """
        }
        return """
            <div class="wide-chart" role="region" tabindex="0" aria-label="Parallel coordinates"><svg class="chart" \
            viewBox="0 0 \(svg: width) \(svg: Self.height)" role="group" aria-label="Parallel coordinates of \(lines.count) runs">\
            \(marks)\(labels)</svg></div>
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
