internal import Foundation

extension Double {
    /// Three significant digits, of whole numbers below a million all: what a caption has room for.
    var figure: String { String(format: (1e3..<1e6).contains(abs(self)) ? "%.0f" : isNaN ? "nan" : "%.3g", self) }

    /// Six significant digits, as the commands show metrics: for values that may differ little.
    var longFigure: String { String(format: "%.6g", self) }
}
