/// A small line without axes, beside a number.
struct Sparkline {
    let values: [Double]

    private static let size = (width: 112.0, height: 24.0)

    var html: HTML {
        let finite = values.filter(\.isFinite)
        guard finite.count > 1, let low = finite.min(), let high = finite.max() else { return "" }
        let (width, height) = (Self.size.width, Self.size.height)
        var path = ""
        for (index, value) in finite.enumerated() {
            let x = 2 + (width - 4) * Double(index) / Double(finite.count - 1)
            let y = high > low ? 2 + (height - 4) * (1 - (value - low) / (high - low)) : height / 2
            let point: HTML = "\(svg: x) \(svg: y)"
            path += (index == 0 ? "M" : "L") + point.text
        }
        return """
            <svg class="spark" viewBox="0 0 \(svg: width) \(svg: height)" aria-hidden="true">\
            <path class="line s0" d="\(path)"/></svg>
            """
    }
}
