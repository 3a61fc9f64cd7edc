extension UInt8: SQLDecodable {
    public init?(_ cell: Cell) {
        guard let value = Int64(cell) else { return nil }
        self.init(exactly: value)
    }
}

/// Reads a one-dimensional array; `[UInt8]` reads `bytea`.
extension Array: SQLDecodable where Element: SQLDecodable {
    public init?(_ cell: Cell) {
        guard let bytes = cell.bytes else { return nil }
        if cell.type == .bytea {
            guard Element.self == UInt8.self, let copy = [UInt8](bytes) as? [Element] else { return nil }
            self = copy
            return
        }
        // Header: dimensions, "has nulls", element type; for each dimension its length and lower bound.
        guard cell.type.isArray, let dimensions: Int32 = cell.integer(), (0...1).contains(dimensions),
            let elementType: UInt32 = cell.integer(at: 8)
        else { return nil }
        self = []
        guard dimensions == 1 else { return }
        guard let length: Int32 = cell.integer(at: 12) else { return nil }
        reserveCapacity(Int(length))
        var offset = 20
        for _ in 0..<length {
            guard let size: Int32 = cell.integer(at: offset) else { return nil }
            offset += 4
            var element: UnsafeRawBufferPointer?
            if size >= 0 {
                guard offset + Int(size) <= bytes.count else { return nil }
                element = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + Int(size)])
                offset += Int(size)
            }
            guard let value = Element(Cell(type: SQLType(rawValue: elementType), bytes: element)) else { return nil }
            append(value)
        }
    }

    public static var label: String { Element.self == UInt8.self ? "bytes" : "an array of \(Element.label)" }
}
