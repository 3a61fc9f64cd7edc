internal import Foundation

/// The attributes of an operator, checked while they are read.
struct NodeReader {
    let node: Onnx_NodeProto
    private let attributes: [String: Onnx_AttributeProto]

    init(_ node: Onnx_NodeProto) {
        self.node = node
        attributes = Dictionary(node.attribute.map { ($0.name, $0) }) { first, _ in first }
    }

    func has(_ name: String) -> Bool { attributes[name] != nil }

    func integer(_ name: String) -> Int? {
        attributes[name].flatMap { $0.hasI ? Int($0.i) : nil }
    }

    func string(_ name: String) -> String? {
        attributes[name].flatMap { $0.hasS ? String(decoding: $0.s, as: UTF8.self) : nil }
    }

    func strings(_ name: String) -> [String] {
        attributes[name]?.strings.map { String(decoding: $0, as: UTF8.self) } ?? []
    }

    /// `count` integers; zeros if the attribute is left out and may be.
    func integers(_ name: String, count: Int? = nil, isOptional: Bool = false) throws(ModelError) -> [Int] {
        guard let attribute = attributes[name] else {
            guard isOptional else { throw missing(name) }
            return .init(repeating: 0, count: count ?? 0)
        }
        // Left empty is left out, as converters do it.
        if attribute.ints.isEmpty, isOptional { return .init(repeating: 0, count: count ?? 0) }
        guard count == nil || attribute.ints.count == count else { throw length(name, attribute.ints.count, count) }
        return attribute.ints.map { Int($0) }
    }

    /// A list of single-precision numbers, or the tensor `NAME_as_tensor` of the later versions.
    func numbers(_ name: String, count: Int? = nil, isOptional: Bool = false) throws(ModelError) -> [Double] {
        if has(name + "_as_tensor") { return try tensor(name + "_as_tensor", count: count) }
        guard let attribute = attributes[name] else {
            guard isOptional else { throw missing(name) }
            return []
        }
        guard count == nil || attribute.floats.count == count else { throw length(name, attribute.floats.count, count) }
        return attribute.floats.map(Double.init)
    }

    func tensor(_ name: String, count: Int? = nil) throws(ModelError) -> [Double] {
        guard let attribute = attributes[name], attribute.hasT else { throw missing(name) }
        guard let numbers = attribute.t.numbers else {
            throw TreeEnsemble.damaged("\(node.opType).\(name) is not a tensor of numbers")
        }
        guard count == nil || numbers.count == count else { throw length(name, numbers.count, count) }
        return numbers
    }

    func stringTensor(_ name: String) throws(ModelError) -> [String] {
        guard let attribute = attributes[name], attribute.hasT else { throw missing(name) }
        return attribute.t.stringData.map { String(decoding: $0, as: UTF8.self) }
    }

    private func missing(_ name: String) -> ModelError {
        TreeEnsemble.damaged("\(node.opType) has no \(name)")
    }

    private func length(_ name: String, _ actual: Int, _ expected: Int?) -> ModelError {
        TreeEnsemble.damaged("\(node.opType).\(name) has \(actual) values, not \(expected ?? 0)")
    }
}
