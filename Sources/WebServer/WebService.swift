public import Access
public import Artifacts
internal import Hummingbird
public import JobSubmission
internal import Jobs
public import Logging
internal import MLflowAPI
internal import NIOCore
public import Postgres
internal import Registry
public import ServiceLifecycle
internal import Tracking
internal import UnixSignals
internal import WebPages

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// The web server: MLflow's REST API, our pages, and MLflow's if they are at hand, on one address.
public struct WebService: Service {
    public struct Configuration: Sendable {
        /// Where to listen: an address or a name.
        public var host: String
        /// 0: any that is free.
        public var port: Int
        /// Names, besides `localhost` and addresses, under which clients may reach the server.
        public var allowedHosts: [String]
        /// How long a connection may be silent.
        public var idleTimeout: Duration
        /// How long a request may take, transfers of artifacts apart.
        public var requestTimeout: Duration
        /// How long what was asked before a stop may take.
        public var grace: Duration
        /// MLflow's own pages, which are then below `/mlflow/`.
        public var mlflowPages: MLflowBundle?

        public init(
            host: String = "127.0.0.1",
            port: Int = 5000,
            allowedHosts: [String] = [],
            idleTimeout: Duration = .seconds(75),
            requestTimeout: Duration = .seconds(60),
            grace: Duration = .seconds(30),
            mlflowPages: MLflowBundle? = nil
        ) {
            self.host = host
            self.port = port
            self.allowedHosts = allowedHosts
            self.idleTimeout = idleTimeout
            self.requestTimeout = requestTimeout
            self.grace = grace
            self.mlflowPages = mlflowPages
        }
    }

    private let grace: Duration
    private let application: Application<MLflowPagesResponder<TimeLimitResponder<RouterResponder<APIContext>>>>

    /// - Parameters:
    ///   - pool: The database of the store.
    ///   - submissions: Takes the jobs that people submit on the pages.
    ///   - authenticator: Says what a token allows; nil lets everybody do everything, which is for loopback only.
    ///   - onListening: Told the port, once the server listens.
    public init(
        _ configuration: Configuration,
        pool: PostgresPool,
        artifacts: ArtifactStore,
        submissions: SubmissionService,
        authenticator: Authenticator?,
        logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        let routes = MLflowRoutes(
            tracking: TrackingStore(pool: pool),
            registry: RegistryStore(pool: pool),
            artifacts: artifacts
        )
        let pages = PageRoutes(
            pool: pool,
            artifacts: artifacts,
            submissions: submissions,
            authenticator: authenticator,
            hasMLflowPages: configuration.mlflowPages != nil
        )
        let router = Router(context: APIContext.self, options: .autoGenerateHeadEndpoints)
        grace = configuration.grace
        let requests = RequestStatistics()
        router.add(middleware: RequestCountMiddleware(statistics: requests))
        let access = AccessMiddleware(authenticator: authenticator)
        router.add(middleware: ErrorMiddleware(methods: routes.methods(of:), pages: pages, access: access))
        router.add(middleware: HostMiddleware(hosts: AllowedHosts(configuration.allowedHosts)))
        router.add(middleware: access)
        routes.add(to: router)
        pages.add(to: router)
        MetricsPage(requests: requests, queues: QueueMetrics(QueueStore(pool: pool))).add(to: router)
        if let bundle = configuration.mlflowPages { MLflowPages(bundle: bundle).add(to: router) }
        // Hummingbird tells where it listens in a sentence; we do, with the port that was found.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .notice)
        application = Application(
            responder: MLflowPagesResponder(
                inner: TimeLimitResponder(inner: router.buildResponder(), limit: configuration.requestTimeout)
            ),
            server: .http1(
                configuration: .init(idleTimeout: .seconds(Int64(configuration.idleTimeout / .seconds(1))))
            ),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                serverName: "coppice"
            ),
            onServerRunning: { channel in
                logger.info(
                    "listening",
                    metadata: ["address": "http://\(configuration.host):\(channel.localAddress?.port ?? 0)"]
                )
                await onListening(channel.localAddress?.port ?? 0)
            },
            logger: quiet
        )
    }

    /// Runs until SIGTERM or SIGINT; what was asked until then is answered, within the grace.
    ///
    /// Throws `BindFailure`.
    public func runUntilSignalled(logger: Logger) async throws {
        var configuration = ServiceGroupConfiguration(
            services: [self],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        configuration.maximumGracefulShutdownDuration = grace
        try await ServiceGroup(configuration: configuration).run()
    }

    /// Throws `BindFailure`.
    public func run() async throws {
        do {
            try await application.run()
        } catch let error as IOError {
            throw BindFailure(reason: String(cString: strerror(error.errnoCode)))
        }
    }
}
