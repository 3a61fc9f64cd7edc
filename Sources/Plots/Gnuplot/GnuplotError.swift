/// A figure that could not be drawn.
public struct GnuplotError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of trouble it is. New codes may come; match those you can handle.
    public struct Code: Sendable, Hashable {
        private enum Kind { case notInstalled, notStarted, noFonts, rejected, crashed, timedOut }
        private let kind: Kind

        /// There is no gnuplot.
        public static let notInstalled = Code(kind: .notInstalled)
        /// The system would not start it: too many processes, files or too little memory.
        public static let notStarted = Code(kind: .notStarted)
        /// It runs, and has no font to write with.
        public static let noFonts = Code(kind: .noFonts)
        /// It would not draw this figure.
        public static let rejected = Code(kind: .rejected)
        /// It ended in the middle of a figure, and did so again.
        public static let crashed = Code(kind: .crashed)
        /// It took longer than the renderer allows.
        public static let timedOut = Code(kind: .timedOut)
    }

    public let code: Code
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
