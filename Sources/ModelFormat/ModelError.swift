/// A model that cannot be written, read or run, or that does not fit the data.
///
/// `description` is one sentence for the person whose model it is.
public struct ModelError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of trouble it is. New codes may come; match those you can handle.
    public struct Code: Sendable, Hashable {
        private enum Kind {
            case missingFile, corrupt, unsupportedFlavor, unsupportedOperator, missingColumns, wrongColumnCount
            case invalid, unsupportedSignature
        }
        private let kind: Kind

        /// The folder lacks a file that the model needs.
        public static let missingFile = Code(kind: .missingFile)
        /// A file does not hold what it should: cut off, damaged, or something else.
        public static let corrupt = Code(kind: .corrupt)
        /// The folder holds a model of another library.
        public static let unsupportedFlavor = Code(kind: .unsupportedFlavor)
        /// An ONNX model that is not a tree ensemble, or one of a kind that is not read.
        public static let unsupportedOperator = Code(kind: .unsupportedOperator)
        /// A signature with inputs other than numbers.
        public static let unsupportedSignature = Code(kind: .unsupportedSignature)
        /// Columns that the model was trained with are not there.
        public static let missingColumns = Code(kind: .missingColumns)
        /// The model does not name its inputs, and there are more or fewer columns than inputs.
        public static let wrongColumnCount = Code(kind: .wrongColumnCount)
        /// The parts given to make a model do not fit together.
        public static let invalid = Code(kind: .invalid)
    }

    public let code: Code
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}

/// Names in a sentence: `"a", "b"`, shortened where there are many, without line ends.
func quotedList(_ names: some Collection<String>) -> String {
    let shown = names.prefix(10).map { name in
        let visible = name.unicodeScalars.prefix(60).map {
            $0.properties.generalCategory == .control ? "\u{FFFD}" : String($0)
        }
        return "\"" + visible.joined() + "\""
    }
    return shown.joined(separator: ", ") + (names.count > 10 ? " and \(names.count - 10) more" : "")
}
