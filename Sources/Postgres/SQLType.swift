/// The object identifiers of PostgreSQL's built-in types (`pg_type.oid`), which never change.
struct SQLType: RawRepresentable, Hashable, Sendable {
    let rawValue: UInt32

    init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The server decides from where the value stands.
    static let unspecified = SQLType(rawValue: 0)
    static let bool = SQLType(rawValue: 16)
    static let bytea = SQLType(rawValue: 17)
    static let char = SQLType(rawValue: 18)
    static let name = SQLType(rawValue: 19)
    static let int8 = SQLType(rawValue: 20)
    static let int2 = SQLType(rawValue: 21)
    static let int4 = SQLType(rawValue: 23)
    static let text = SQLType(rawValue: 25)
    static let oid = SQLType(rawValue: 26)
    static let json = SQLType(rawValue: 114)
    static let xml = SQLType(rawValue: 142)
    static let float4 = SQLType(rawValue: 700)
    static let float8 = SQLType(rawValue: 701)
    static let unknown = SQLType(rawValue: 705)
    static let bpchar = SQLType(rawValue: 1042)
    static let varchar = SQLType(rawValue: 1043)
    static let date = SQLType(rawValue: 1082)
    static let timestamp = SQLType(rawValue: 1114)
    static let timestamptz = SQLType(rawValue: 1184)
    static let interval = SQLType(rawValue: 1186)
    static let numeric = SQLType(rawValue: 1700)
    static let void = SQLType(rawValue: 2278)
    static let uuid = SQLType(rawValue: 2950)
    static let jsonb = SQLType(rawValue: 3802)

    static let boolArray = SQLType(rawValue: 1000)
    static let byteaArray = SQLType(rawValue: 1001)
    static let int2Array = SQLType(rawValue: 1005)
    static let int4Array = SQLType(rawValue: 1007)
    static let textArray = SQLType(rawValue: 1009)
    static let int8Array = SQLType(rawValue: 1016)
    static let float8Array = SQLType(rawValue: 1022)
    static let timestamptzArray = SQLType(rawValue: 1185)
    static let intervalArray = SQLType(rawValue: 1187)
    static let uuidArray = SQLType(rawValue: 2951)
    static let jsonbArray = SQLType(rawValue: 3807)

    /// Types from here on are made by users: enums, composites, extensions.
    static let firstUserDefined: UInt32 = 16384

    /// Whether the binary form is the text itself.
    var isText: Bool {
        switch self {
        case .text, .varchar, .bpchar, .name, .char, .unknown, .json, .xml: true
        // Enums send their label. Other types of users' may not be text; then decoding says so.
        default: rawValue >= Self.firstUserDefined
        }
    }

    /// Whether it is an array of a type that is decoded here, or may be one of users' types.
    var isArray: Bool {
        switch self {
        case .boolArray, .int2Array, .int4Array, .int8Array, .textArray, .float8Array, .timestamptzArray,
            .intervalArray, .uuidArray, .jsonbArray, .byteaArray:
            true
        // name[], oid[], float4[], varchar[], numeric[], json[]
        case let type: [1003, 1028, 1021, 1015, 1231, 199].contains(type.rawValue) || rawValue >= Self.firstUserDefined
        }
    }

    /// The name for an error message.
    var label: String {
        switch self {
        case .bool: "boolean"
        case .bytea: "bytea"
        case .int2: "smallint"
        case .int4: "integer"
        case .int8: "bigint"
        case .float4: "real"
        case .float8: "double precision"
        case .numeric: "numeric"
        case .text: "text"
        case .timestamptz: "timestamptz"
        case .timestamp: "timestamp"
        case .date: "date"
        case .interval: "interval"
        case .uuid: "uuid"
        case .json: "json"
        case .jsonb: "jsonb"
        default: "type \(rawValue)"
        }
    }
}
