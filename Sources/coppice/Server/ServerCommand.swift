internal import Access
internal import ArgumentParser
internal import Artifacts
internal import CommandSupport
internal import Foundation
internal import JobSubmission
internal import Logging
internal import Postgres
internal import WebServer

struct ServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "server",
        abstract: "Serve the store over HTTP: a web page for people, and MLflow's REST API for its clients.",
        discussion: """
            Open http://localhost:5000 in a browser: what ran and what is running, experiments, models, jobs, and forms \
            to submit.

            Point MLflow at it with mlflow.set_tracking_uri("http://localhost:5000"). Runs and models of MLflow's clients \
            and of workers are in the same store.

            It listens on this machine only. Any other --host needs --auth-token-file, and clients then need one of its \
            tokens, or one that `coppice tokens create` gave: as MLFLOW_TRACKING_TOKEN, or as MLFLOW_TRACKING_PASSWORD \
            with any user name. People enter a token once, on the page. There is no TLS: put a proxy in front that has it.

            MLflow's own pages come with its package, and this server can serve them: --mlflow-ui with what \
            python3 -c 'import mlflow; print(mlflow.__path__[0])' prints. They are at /mlflow/.

            SIGTERM or Ctrl-C: answer what was asked within --grace, then stop. Prometheus finds metrics at \
            /metrics.

            Example:
              coppice server --host 0.0.0.0 --auth-token-file /run/secrets/tokens
            """,
        aliases: ["ui"]
    )

    @OptionGroup var database: DatabaseOptions

    @Option(help: "The address to listen on.")
    var host = "127.0.0.1"

    @Option(help: "The port to listen on; 0 for any that is free.")
    var port = 5000

    @Option(
        help: ArgumentHelp(
            "A file of tokens, one a line: TOKEN for everything, or read, write or admin before it.",
            valueName: "file"
        )
    )
    var authTokenFile: String?

    @Option(
        help: ArgumentHelp(
            "Names under which clients reach the server, separated by commas; addresses and localhost need none.",
            valueName: "names"
        )
    )
    var allowedHosts: String?

    @Option(
        help: ArgumentHelp(
            "Serve MLflow's own pages at /mlflow/, from the folder of an installed mlflow package.",
            valueName: "dir"
        )
    )
    var mlflowUI: String?

    @Option(help: "How many connections to the database to use at most.")
    var connections = 8

    @Option(help: ArgumentHelp("How long a request may take, artifacts on their way apart.", valueName: "duration"))
    var requestTimeout = DurationArgument(.seconds(60))

    @Option(
        help: ArgumentHelp("How long, after SIGTERM, requests that have begun may take to end.", valueName: "duration")
    )
    var grace = DurationArgument(.seconds(30))

    @OptionGroup var logging: LoggingOptions

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port is \(port): give 0 to 65535.") }
        guard (1...200).contains(connections) else {
            throw ValidationError("--connections is \(connections): give 1 to 200.")
        }
        guard requestTimeout.duration >= .seconds(1) else {
            throw ValidationError("--request-timeout is \(requestTimeout): give at least 1s.")
        }
        guard authTokenFile != nil || Loopback.contains(host) else {
            throw ValidationError(
                "--host is \(host), which other machines can reach: give --auth-token-file too, or listen on 127.0.0.1."
            )
        }
    }

    /// What a form may select from the database: its rows are in memory while they are checked.
    private static let queryLimit = 64 << 20

    func run() async throws {
        let logger = logging.logger(label: "server")
        let root = try ArtifactRoot.fromEnvironment()
        let tokens = try authTokenFile.map { (path) throws(AccessError) in try TokenFile(path: path) }
        let pages = try mlflowUI.map { (directory) throws in try Self.bundle(directory) }
        var configuration = try await database.configuration(program: "coppice server", logger: logger)
        // A client learns soon that the database is away, and tries again by itself.
        configuration.connectRetryLimit = min(configuration.connectRetryLimit, .seconds(1))
        let pool = try await DatabaseOptions.open(configuration, size: connections, logger: logger)
        let artifacts = ArtifactStore(pool: pool, root: root)
        let service = WebService(
            WebService.Configuration(
                host: host,
                port: port,
                allowedHosts: allowedHosts?.split(separator: ",").map(String.init) ?? [],
                requestTimeout: requestTimeout.duration,
                grace: grace.duration,
                mlflowPages: pages
            ),
            pool: pool,
            artifacts: artifacts,
            submissions: try SubmissionService(
                pool: pool,
                artifacts: artifacts,
                submitter: Submitter(user: NSUserName(), program: "coppice server"),
                queryLimit: Self.queryLimit
            ),
            authenticator: tokens.map { Authenticator(file: $0, store: AccessTokenStore(pool: pool)) },
            logger: logger
        )
        do {
            try await service.runUntilSignalled(logger: logger)
        } catch let error as BindFailure {
            throw CommandFailure("cannot listen on \(host):\(port): \(error.reason); choose another --host or --port")
        }
        await pool.close()
        logger.info("stopped")
    }

    private static func bundle(_ directory: String) throws -> MLflowBundle {
        do { return try MLflowBundle(directory: directory) } catch let error as MLflowBundle.Missing {
            throw CommandFailure("--mlflow-ui: \(error)")
        }
    }
}

/// Addresses that only this machine can reach.
enum Loopback {
    static func contains(_ host: String) -> Bool {
        let bytes = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return host == "localhost" || host == "::1" || bytes.count == 4 && bytes[0] == 127 && !bytes.contains(nil)
    }
}
