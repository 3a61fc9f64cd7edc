internal import Foundation

extension Onnx_AttributeProto {
    init(_ name: String, _ value: Int) {
        self.init()
        self.name = name
        type = .int
        i = Int64(value)
    }

    init(_ name: String, _ values: [Int64]) {
        self.init()
        self.name = name
        type = .ints
        ints = values
    }

    init(_ name: String, _ value: Onnx_TensorProto) {
        self.init()
        self.name = name
        type = .tensor
        t = value
    }
}

extension Onnx_TensorProto {
    init(_ name: String, doubles: [Double], shape: [Int]) {
        self.init(name, .double, shape)
        // Not by a key path of two parts, which is looked up anew for each number.
        rawData = doubles.map { $0.bitPattern.littleEndian }.withUnsafeBytes { Data($0) }
    }

    init(_ name: String, integers: [Int], shape: [Int]) {
        self.init(name, .int64, shape)
        rawData = integers.map { Int64($0).littleEndian }.withUnsafeBytes { Data($0) }
    }

    init(_ name: String, bytes: [UInt8]) {
        self.init(name, .uint8, [bytes.count])
        rawData = Data(bytes)
    }

    init(_ name: String, strings: [String]) {
        self.init(name, .string, [strings.count])
        stringData = strings.map { Data($0.utf8) }
    }

    private init(_ name: String, _ type: DataType, _ shape: [Int]) {
        self.init()
        self.name = name
        dataType = Int32(type.rawValue)
        dims = shape.map { Int64($0) }
    }

    /// The numbers of a tensor, nil for a type that holds none, a length that its shape denies, or data kept elsewhere.
    var numbers: [Double]? {
        guard dataLocation == 0, let count = elementCount else { return nil }
        let numbers: [Double]?
        switch DataType(rawValue: Int(dataType)) {
        case .double: numbers = hasRawData ? raw(UInt64.self).map { $0.map(Double.init(bitPattern:)) } : doubleData
        case .float:
            numbers =
                hasRawData
                ? raw(UInt32.self).map { $0.map { Double(Float(bitPattern: $0)) } } : floatData.map(Double.init)
        case .uint8: numbers = hasRawData ? raw(UInt8.self).map { $0.map(Double.init) } : int32Data.map(Double.init)
        case .int32: numbers = hasRawData ? raw(Int32.self).map { $0.map(Double.init) } : int32Data.map(Double.init)
        case .int64: numbers = hasRawData ? raw(Int64.self).map { $0.map(Double.init) } : int64Data.map(Double.init)
        default: numbers = nil
        }
        return numbers?.count == count ? numbers : nil
    }

    /// The product of the lengths; nil if one is negative or the product too large.
    var elementCount: Int? {
        var count = 1
        for length in dims {
            guard length >= 0, let length = Int(exactly: length) else { return nil }
            let (product, overflow) = count.multipliedReportingOverflow(by: length)
            guard !overflow else { return nil }
            count = product
        }
        return count
    }

    private func raw<Element: FixedWidthInteger>(_: Element.Type) -> [Element]? {
        let size = MemoryLayout<Element>.size
        guard rawData.count.isMultiple(of: size) else { return nil }
        return rawData.withUnsafeBytes { bytes in
            (0..<bytes.count / size).map {
                Element(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * size, as: Element.self))
            }
        }
    }
}
