// swift-tools-version: 6.2
import PackageDescription

/// In CI a warning in our own targets fails the build.
let warnings: [SwiftSetting] = Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)]

let settings: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ] + warnings

/// A library target of Coppice.
func library(
    _ name: String,
    _ dependencies: [Target.Dependency] = [],
    exclude: [String] = [],
    plugins: [Target.PluginUsage] = []
) -> Target {
    .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings, plugins: plugins)
}

/// The tests of one library target.
func tests(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    .testTarget(
        name: name + "Tests",
        dependencies: [.byName(name: name)] + dependencies,
        resources: resources,
        swiftSettings: settings
    )
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "coppice",
    platforms: [.macOS(.v26)],
    products: [
        .executable(name: "submit", targets: ["submit"]),
        .executable(name: "worker", targets: ["worker"]),
        .executable(name: "coppice", targets: ["coppice"]),
        .executable(name: "bench", targets: ["bench"]),
    ],
    dependencies: [
        // Commands, options, help texts and shell completions.
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        // Log lines with metadata, as the Swift server packages write them.
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        // The ONNX model file is a protocol buffer.
        .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0"),
        // The MLmodel file is YAML.
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        // The web server, without its support for configuration files and without all of Foundation.
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
        // The buffers of bytes that the web server reads and writes.
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        // Stops the web server's parts in order when a signal comes.
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: [
        // libpq, PostgreSQL's client library.
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
        // OpenSSL's libcrypto, for SHA-256; libpq brings it along.
        .systemLibrary(
            name: "CLibCrypto",
            pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"]), .brew(["openssl"])]
        ),

        // Text files that become part of the executables.
        .executableTarget(name: "embed-files", swiftSettings: settings),
        .plugin(name: "EmbedFiles", capability: .buildTool(), dependencies: ["embed-files"]),

        library("Threads"),
        library("Postgres", ["CLibPQ", "Threads", logging]),
        .target(name: "Migrations", path: "migrations", swiftSettings: settings, plugins: ["EmbedFiles"]),
        library("Schema", ["Postgres", "Migrations", "CLibCrypto"]),
        // What glibc can do for a program that is started, and Swift does not see.
        .target(name: "CSpawn"),
        library("LocalPostgres", ["Postgres", "Schema", "CSpawn", "Threads", logging]),

        // Kernels whose instruction set is chosen when the program runs.
        .target(name: "CForestKernels"),
        library("DecisionForests", ["CForestKernels", "Threads"]),
        library(
            "Datasets",
            ["DecisionForests"],
            exclude: ["Data/README.md", "Data/write_datasets.py"],
            plugins: ["EmbedFiles"]
        ),
        library("ModelFormat", ["DecisionForests", protobuf, yams], exclude: ["ONNX/onnx.proto"]),
        library("Plots", ["CSpawn", "Threads"]),

        library("Artifacts", ["Postgres", "CLibCrypto", "Threads"]),
        library("SearchGrammar"),
        library("SearchSQL", ["Postgres", "SearchGrammar"]),
        library("Tracking", ["Postgres", "Presentation", "SearchGrammar", "SearchSQL"]),
        library("Registry", ["Postgres", "SearchGrammar", "SearchSQL"]),
        library("Prometheus"),
        library("MetricsEndpoint"),
        library("Jobs", ["Postgres", "Presentation", "DecisionForests", "Datasets", "Prometheus", "Threads", logging]),
        library("DataAccess", ["Jobs", "Datasets", "ModelFormat", "Artifacts", "Registry"]),
        library(
            "JobSubmission",
            ["Jobs", "DataAccess", "Datasets", "ModelFormat", "Artifacts", "Tracking", "Registry"]
        ),
        library(
            "JobHandlers",
            ["Jobs", "DataAccess", "Datasets", "ModelFormat", "Plots", "Artifacts", "Tracking", "Registry", logging]
        ),

        library("Access", ["Postgres", "Artifacts"]),
        library(
            "MLflowAPI",
            ["Access", "Artifacts", "Tracking", "Registry", "SearchGrammar", "Threads", hummingbird, nio]
        ),
        library(
            "WebPages",
            [
                "MLflowAPI", "Access", "Artifacts", "Tracking", "Registry", "Jobs", "JobSubmission", "Datasets",
                "DataAccess", "ModelFormat", "Schema", "SearchGrammar", "Presentation", "Postgres", "Threads",
                hummingbird,
                nio, lifecycle,
            ],
            plugins: ["EmbedFiles"]
        ),
        library(
            "WebServer",
            [
                "MLflowAPI", "WebPages", "JobSubmission", "Jobs", "Datasets", "ModelFormat", "Access", "Artifacts",
                "Tracking", "Registry", "Postgres", "Prometheus", hummingbird, nio, nioHTTP, lifecycle, signals,
                logging,
            ]
        ),

        library("Presentation"),
        library("CommandSupport", ["Presentation", "Schema", "LocalPostgres", "Threads", argumentParser, logging]),
        library(
            "SubmissionOptions",
            [
                "CommandSupport", "JobSubmission", "Jobs", "Datasets", "ModelFormat", "Artifacts", "Tracking",
                "Registry",
                argumentParser,
            ]
        ),
        .executableTarget(
            name: "submit",
            dependencies: ["CommandSupport", "JobSubmission", "SubmissionOptions"],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "worker",
            dependencies: ["CommandSupport", "JobHandlers", "Prometheus", "MetricsEndpoint", logging],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "coppice",
            dependencies: [
                "CommandSupport", "JobSubmission", "SubmissionOptions", "JobHandlers", "Tracking", "Registry",
                "Artifacts", "Access", "SearchGrammar", "WebServer", logging,
            ],
            swiftSettings: settings
        ),

        .executableTarget(
            name: "bench",
            dependencies: ["DecisionForests", "Datasets", "ModelFormat"],
            swiftSettings: settings
        ),

        // Numbers for Benchmarks/README.md.
        .target(
            name: "BenchmarkSupport",
            dependencies: ["Postgres", "LocalPostgres"],
            path: "Benchmarks/Support",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "postgres-benchmark",
            dependencies: ["BenchmarkSupport", "Postgres", "LocalPostgres", "CLibPQ"],
            path: "Benchmarks/Postgres",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "queue-benchmark",
            dependencies: ["BenchmarkSupport", "Jobs", "Postgres", "Threads", logging],
            path: "Benchmarks/Queue",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "tracking-benchmark",
            dependencies: [
                "BenchmarkSupport", "LocalPostgres", "Postgres", "SearchGrammar", "Tracking", argumentParser,
            ],
            path: "Benchmarks/Tracking",
            swiftSettings: settings
        ),

        // Jobs among faults: the long run, and its parts for the tests.
        .executableTarget(
            name: "chaos",
            dependencies: ["ChaosSupport", "worker", argumentParser],
            path: "Benchmarks/Chaos",
            swiftSettings: settings
        ),
        .target(
            name: "ChaosSupport",
            dependencies: ["Postgres", "LocalPostgres", "DecisionForests", "Datasets", "Jobs"],
            path: "Tests/ChaosSupport",
            swiftSettings: settings
        ),
        tests("ChaosSupport", ["TestSupport", "JobHandlers", "Plots", "Registry", "worker"]),

        .target(
            name: "TestSupport",
            dependencies: ["Postgres", "Schema", "LocalPostgres"],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        // A browser for tests of pages.
        .target(
            name: "BrowserSupport",
            dependencies: ["TestSupport"],
            path: "Tests/BrowserSupport",
            swiftSettings: settings
        ),
        tests("Threads"),
        tests("Postgres", ["TestSupport", logging]),
        tests("Schema", ["TestSupport", "Migrations"]),
        tests("LocalPostgres", ["TestSupport"]),
        tests("DecisionForests", ["CForestKernels"], resources: [.copy("Fixtures")]),
        tests("Datasets", resources: [.copy("Fixtures")]),
        tests("ModelFormat", [yams], resources: [.copy("Fixtures")]),
        tests("Plots"),
        tests("Prometheus"),
        tests("MetricsEndpoint", ["TestSupport"]),
        tests("Artifacts", ["TestSupport"]),
        tests("SearchGrammar", resources: [.copy("Fixtures")]),
        tests("Tracking", ["TestSupport", "SearchGrammar"]),
        tests("Registry", ["TestSupport", "SearchGrammar"]),
        tests(
            "Jobs",
            ["TestSupport", "ChaosSupport", "Presentation", "Prometheus", "Tracking", "Registry", "Artifacts"]
        ),
        tests("JobSubmission", ["TestSupport", "Artifacts", "DecisionForests", "Jobs", "Postgres", "Registry"]),
        tests("JobHandlers", ["TestSupport", "Plots", "Registry"]),
        tests("Access", ["TestSupport", "Postgres"]),
        tests("MLflowAPI", ["Tracking"]),
        tests("Presentation"),
        tests(
            "WebPages",
            [
                "TestSupport", "WebServer", "Access", "Artifacts", "Tracking", "Registry", "Jobs", "JobSubmission",
                "JobHandlers", "Plots", "Postgres", logging,
            ]
        ),
        tests("WebServer"),
        tests("CommandSupport", ["Postgres", argumentParser, logging]),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["TestSupport", "BrowserSupport", "submit", "worker", "coppice"],
            exclude: ["MLflow"],
            swiftSettings: settings
        ),
    ],
    swiftLanguageModes: [.v6]
)
