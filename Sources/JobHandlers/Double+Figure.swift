internal import Foundation

extension Double {
    /// Three significant digits: what a caption has room for.
    var figure: String { String(format: "%.3g", self) }
}
