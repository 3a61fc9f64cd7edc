/// Software of others that is a part of the programs.
struct LinkedSoftware: Sendable {
    /// As its package is called.
    let name: String
    let licence: String
    let purpose: String

    private static let apache = "Apache License 2.0"

    static let all = [
        LinkedSoftware(
            name: "Swift",
            licence: "\(apache) with Runtime Library Exception",
            purpose: "language and Foundation"
        ),
        LinkedSoftware(name: "swift-argument-parser", licence: apache, purpose: "options and help texts"),
        LinkedSoftware(name: "swift-log", licence: apache, purpose: "log lines"),
        LinkedSoftware(name: "swift-protobuf", licence: apache, purpose: "ONNX files"),
        LinkedSoftware(name: "Yams", licence: "MIT License", purpose: "MLmodel files; has LibYAML within, MIT License"),
        LinkedSoftware(name: "hummingbird", licence: apache, purpose: "web server"),
        LinkedSoftware(name: "swift-nio", licence: "\(apache); llhttp within: MIT License", purpose: "network"),
        LinkedSoftware(name: "swift-nio-extras", licence: apache, purpose: "HTTP types for the network"),
        LinkedSoftware(name: "swift-http-types", licence: apache, purpose: "HTTP types"),
        LinkedSoftware(name: "swift-service-lifecycle", licence: apache, purpose: "starting and stopping in order"),
        LinkedSoftware(name: "swift-async-algorithms", licence: apache, purpose: "used by the web server"),
        LinkedSoftware(name: "swift-atomics", licence: apache, purpose: "used by the network"),
        LinkedSoftware(name: "swift-collections", licence: apache, purpose: "used by the network"),
        LinkedSoftware(name: "swift-distributed-tracing", licence: apache, purpose: "used by the web server"),
        LinkedSoftware(name: "swift-metrics", licence: apache, purpose: "used by the web server"),
        LinkedSoftware(name: "swift-service-context", licence: apache, purpose: "used by the web server"),
        LinkedSoftware(name: "swift-system", licence: apache, purpose: "used by the network"),
        LinkedSoftware(name: "libpq", licence: "PostgreSQL License", purpose: "talks to PostgreSQL"),
        LinkedSoftware(name: "OpenSSL", licence: apache, purpose: "SHA-256 and TLS to PostgreSQL"),
    ]
}
