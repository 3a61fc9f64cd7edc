internal import Foundation

extension Double {
    /// Three significant digits: what a caption has room for.
    var figure: String { String(format: "%.3g", self) }

    /// Six significant digits, as the commands show metrics: for values that may differ little.
    var longFigure: String { String(format: "%.6g", self) }
}
