/// What a request may say: the fields of MLflow's protocol buffer message, and what MLflow checks of them.
final class Shape: Sendable {
    let fields: [Field]

    init(_ fields: [Field]) {
        self.fields = fields
    }

    static let empty = Shape([])

    /// Tags and parameters: a key and a value.
    static let pair = Shape([.string("key"), .string("value")])

    func index(of name: String) -> Int? {
        fields.firstIndex { $0.name == name }
    }
}

/// One field of a message.
struct Field: Sendable {
    indirect enum Kind: Sendable {
        case string, int32, int64, double, bool
        case enumeration(any WireEnum.Type)
        case message(Shape)
    }

    /// What MLflow checks on top of the type.
    enum Check: Sendable {
        /// There, not null and not empty.
        case required
        /// No greater than this.
        case atMost(Int64)
        case within(ClosedRange<Int64>, message: String)
        /// An array of at most so many elements; the message is made from how many there are.
        case countAtMost(Int, message: @Sendable (Int) -> String)
        /// In every element of an array, these members must be there.
        case elementsHave([String])
        /// MLflow checks the type itself before it gives up on a value that protobuf refused.
        case typed
    }

    let name: String
    /// The spelling that protobuf's JSON form allows as well: `runId` for `run_id`.
    let camelName: String
    let kind: Kind
    let isRepeated: Bool
    let checks: [Check]

    init(_ name: String, _ kind: Kind, repeated: Bool = false, _ checks: [Check]) {
        self.name = name
        self.kind = kind
        isRepeated = repeated
        self.checks = checks
        var camel = ""
        var raises = false
        for character in name {
            if character == "_" {
                raises = true
            } else {
                camel += raises ? character.uppercased() : String(character)
                raises = false
            }
        }
        camelName = camel
    }

    static func string(_ name: String, _ checks: Check...) -> Field { Field(name, .string, [.typed] + checks) }
    static func int32(_ name: String, _ checks: Check...) -> Field { Field(name, .int32, [.typed] + checks) }
    static func int64(_ name: String, _ checks: Check...) -> Field { Field(name, .int64, [.typed] + checks) }
    static func double(_ name: String, _ checks: Check...) -> Field { Field(name, .double, [.typed] + checks) }
    static func bool(_ name: String, _ checks: Check...) -> Field { Field(name, .bool, [.typed] + checks) }
    static func one<Value: WireEnum>(_ name: String, of type: Value.Type, _ checks: Check...) -> Field {
        Field(name, .enumeration(type), [.typed] + checks)
    }
    static func message(_ name: String, _ shape: Shape) -> Field { Field(name, .message(shape), []) }
    static func strings(_ name: String, _ checks: Check...) -> Field {
        Field(name, .string, repeated: true, [.typed] + checks)
    }
    static func messages(_ name: String, _ shape: Shape, _ checks: Check...) -> Field {
        Field(name, .message(shape), repeated: true, [.typed] + checks)
    }
}

/// An enum of MLflow's protocol, which the wire may spell by name or by number.
protocol WireEnum: Sendable {
    /// The number of a name, or nil.
    static func number(_ name: String) -> Int64?
    /// Whether there is such a number.
    static func has(_ number: Int64) -> Bool
}
