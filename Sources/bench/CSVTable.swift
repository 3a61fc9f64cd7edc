internal import DecisionForests
internal import Foundation

/// A CSV file of numbers whose last column is the target.
struct CSVTable {
    let features: FeatureMatrix
    let targets: [Double]

    init(contentsOf file: URL) throws {
        var bytes = [UInt8](try Data(contentsOf: file))
        bytes.append(0)
        var columns: [[Double]] = []
        bytes.withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { text in
                columns = Self.parse(text.baseAddress!)
            }
        }
        targets = columns.removeLast()
        features = FeatureMatrix(columns: columns)
    }

    private static func parse(_ start: UnsafePointer<CChar>) -> [[Double]] {
        let comma = CChar(44)
        let newline = CChar(10)
        let carriageReturn = CChar(13)
        var cursor = start
        var columnCount = 1
        while cursor.pointee != newline && cursor.pointee != 0 {
            if cursor.pointee == comma { columnCount += 1 }
            cursor += 1
        }
        if cursor.pointee == newline { cursor += 1 }
        var columns = [[Double]](repeating: [], count: columnCount)
        var column = 0
        while cursor.pointee != 0 {
            var end: UnsafeMutablePointer<CChar>?
            let isEmpty = cursor.pointee == comma || cursor.pointee == newline || cursor.pointee == carriageReturn
            columns[column].append(isEmpty ? .nan : strtod(cursor, &end))
            if let end, !isEmpty { cursor = UnsafePointer(end) }
            while cursor.pointee != comma && cursor.pointee != newline && cursor.pointee != 0 { cursor += 1 }
            column = cursor.pointee == comma ? column + 1 : 0
            if cursor.pointee != 0 { cursor += 1 }
        }
        return columns
    }

    func target(_ task: Hyperparameters.Task, classCount: Int) -> Target {
        switch task {
        case .regression: .values(targets)
        case .classification: .classes(targets.map { Int32($0) }, count: classCount)
        }
    }
}
