public import Artifacts
public import Hummingbird
public import Registry
public import Tracking

/// MLflow's REST API over Coppice's stores.
public struct MLflowRoutes: Sendable {
    private let endpoints: [Endpoint]
    private let artifacts: ArtifactController
    private let metrics: MetricController
    private let graphQL: GraphQLController
    private let pages: PageController
    private let server: ServerController
    private let methods: [String: [HTTPRequest.Method]]

    public init(tracking: TrackingStore, registry: RegistryStore, artifacts: ArtifactStore) {
        let owners = ArtifactOwners(tracking: tracking)
        metrics = MetricController(tracking: tracking)
        let versions = ModelVersionController(registry: registry, tracking: tracking)
        endpoints =
            ExperimentController(tracking: tracking).endpoints
            + RunController(tracking: tracking).endpoints
            + LogController(writer: LogWriter(tracking)).endpoints
            + metrics.endpoints
            + LoggedModelController(tracking: tracking).endpoints
            + RegisteredModelController(registry: registry).endpoints
            + versions.endpoints
        self.artifacts = ArtifactController(artifacts: artifacts, owners: owners, versions: versions)
        graphQL = GraphQLController(endpoints)
        pages = PageController(tracking: tracking)
        server = ServerController()
        methods = Dictionary(grouping: endpoints, by: \.path).mapValues { $0.map(\.method) }
    }

    public func add(to router: Router<APIContext>) {
        for endpoint in endpoints { endpoint.add(to: router) }
        artifacts.add(to: router)
        metrics.add(to: router)
        graphQL.add(to: router)
        pages.add(to: router)
        server.add(to: router)
    }

    /// The methods that a path of the API allows; nil if there is no such path.
    public func methods(of path: String) -> [HTTPRequest.Method]? {
        for prefix in ["/api/2.0/mlflow/", "/ajax-api/2.0/mlflow/"] where path.hasPrefix(prefix) {
            return methods[String(path.dropFirst(prefix.count))]
        }
        return nil
    }
}
