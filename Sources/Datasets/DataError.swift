/// Data that cannot be trained on or predicted for, and where in it the trouble is.
///
/// `description` is one sentence for the person whose data it is: what is wrong, why, and what to do about it.
public struct DataError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of trouble it is. New codes may come; match those you can handle.
    public struct Code: Sendable, Hashable {
        private enum Kind {
            case unreadable, notText, wrongDelimiter, badHeader, duplicateHeader, raggedRow, unterminatedQuote, badQuote
            case textInNumberColumn, textFeature, badCategories, textTarget, missingValue, infiniteValue, unknownColumn
            case noFeatures, noRows, tooFewRows, constantTarget, continuousTarget, badWeight, badTestSize, badRowRange,
                unknownDataset
            case inconsistentColumns
        }
        private let kind: Kind

        /// The file cannot be opened or read.
        public static let unreadable = Code(kind: .unreadable)
        /// The bytes are not UTF-8 text: compressed, a spreadsheet, or another encoding.
        public static let notText = Code(kind: .notText)
        /// Fields are separated by something else than commas.
        public static let wrongDelimiter = Code(kind: .wrongDelimiter)
        /// A column has no name.
        public static let badHeader = Code(kind: .badHeader)
        /// Two columns have the same name.
        public static let duplicateHeader = Code(kind: .duplicateHeader)
        /// A line has more or fewer fields than the header.
        public static let raggedRow = Code(kind: .raggedRow)
        /// A quoted field never ends.
        public static let unterminatedQuote = Code(kind: .unterminatedQuote)
        /// Something other than a comma follows a closing quote.
        public static let badQuote = Code(kind: .badQuote)
        /// A value that is no number, below numbers in the same column.
        public static let textInNumberColumn = Code(kind: .textInNumberColumn)
        /// A column of text asked for as a feature.
        public static let textFeature = Code(kind: .textFeature)
        /// A column of numbers asked for as one of categories.
        public static let badCategories = Code(kind: .badCategories)
        /// A column of text asked for as the target of a regression.
        public static let textTarget = Code(kind: .textTarget)
        /// An empty value, `NA` or `NaN`.
        public static let missingValue = Code(kind: .missingValue)
        /// A value that is infinite, or that single precision cannot hold.
        public static let infiniteValue = Code(kind: .infiniteValue)
        /// A column that the data does not have.
        public static let unknownColumn = Code(kind: .unknownColumn)
        /// No column is left to learn from.
        public static let noFeatures = Code(kind: .noFeatures)
        /// A header and nothing below it, or nothing at all.
        public static let noRows = Code(kind: .noRows)
        /// Too few rows to have some for training and some for testing.
        public static let tooFewRows = Code(kind: .tooFewRows)
        /// Every row has the same target.
        public static let constantTarget = Code(kind: .constantTarget)
        /// Numbers with fractions asked for as classes.
        public static let continuousTarget = Code(kind: .continuousTarget)
        /// Weights of rows that are text, negative, or all 0.
        public static let badWeight = Code(kind: .badWeight)
        /// A test size that is neither a fraction nor a count.
        public static let badTestSize = Code(kind: .badTestSize)
        /// A row range that cannot be read or is not inside the data.
        public static let badRowRange = Code(kind: .badRowRange)
        /// No built-in data set has this name.
        public static let unknownDataset = Code(kind: .unknownDataset)
        /// Columns of different lengths.
        public static let inconsistentColumns = Code(kind: .inconsistentColumns)
    }

    public let code: Code
    public let description: String
    /// Line in the file, from 1, the header being line 1 unless blank lines precede it.
    public let line: Int?
    /// Row of the table, from 0.
    public let row: Int?
    /// Name of the column.
    public let column: String?

    public init(_ code: Code, _ description: String, line: Int? = nil, row: Int? = nil, column: String? = nil) {
        self.code = code
        self.description = description
        self.line = line
        self.row = row
        self.column = column
    }
}

/// How names and values from data appear in a sentence: in quotes, on one line, not longer than a reader wants.
func quoted(_ text: some StringProtocol) -> String {
    let shown = text.count > 40 ? String(text.prefix(39)) + "…" : String(text)
    let visible = shown.unicodeScalars.map { scalar in
        scalar.properties.generalCategory == .control ? "\u{FFFD}" : String(scalar)
    }
    return "\"" + visible.joined() + "\""
}
