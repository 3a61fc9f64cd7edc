public import Access
public import Artifacts
public import Hummingbird
public import JobSubmission
internal import Jobs
public import MLflowAPI
public import Postgres
internal import Registry
internal import Tracking

/// The web pages of a store: what ran, what is running, which parameters won, which version is champion.
public struct PageRoutes: Sendable {
    private let stores: PageStores
    private let authenticator: Authenticator?
    private let tokens = FormTokens()
    private let hasMLflowPages: Bool

    /// - Parameters:
    ///   - authenticator: Says what a token allows; nil lets everybody do everything.
    ///   - hasMLflowPages: Whether MLflow's own pages are below `/mlflow/`.
    public init(
        pool: PostgresPool,
        artifacts: ArtifactStore,
        submissions: SubmissionService,
        authenticator: Authenticator?,
        hasMLflowPages: Bool = false
    ) {
        self.hasMLflowPages = hasMLflowPages
        stores = PageStores(pool: pool, artifacts: artifacts, submissions: submissions)
        self.authenticator = authenticator
    }

    public func add(to router: Router<APIContext>) {
        StaticAssets.add(to: router)
        let pages = PageRouter(router: router, tokens: tokens)
        if let authenticator { SignIn(authenticator: authenticator, tokens: tokens).add(to: router, pages) }
        HomePage(stores: stores, hasMLflowPages: hasMLflowPages).add(to: pages)
        ExperimentPages(stores: stores).add(to: pages)
        RunPages(stores: stores).add(to: pages)
        ComparePages(stores: stores).add(to: pages)
        JobPages(stores: stores).add(to: pages)
        SubmitPages(stores: stores).add(to: pages)
        ModelPages(stores: stores).add(to: pages)
        OperatePages(stores: stores).add(to: pages)
    }

    /// Whether people look at this path, and not programs.
    public static func isPage(_ path: String) -> Bool {
        !["/api/", "/ajax-api/", "/get-artifact", "/model-versions/", "/health", "/version", "/graphql", "/metrics"]
            .contains {
                path.hasPrefix($0)
            }
    }

    /// Whether a path is open to those who are not known yet.
    public static func isOpen(_ path: String) -> Bool {
        path.hasPrefix("/assets/") || path == SignIn.path
    }

    /// The token in the cookie of who signed in.
    public static func secret(of request: Request) -> String? { request.cookies[SignIn.cookie]?.value }

    /// What people see of an error.
    public func response(_ error: MLflowError, to request: Request, context: APIContext) -> Response {
        if error.code == .unauthenticated, authenticator != nil {
            return Response.redirect(to: SignIn.location(for: request).description, type: .normal)
        }
        let visit = Visit(request, context, tokens)
        let page = ErrorPage(
            error: error,
            path: request.uri.path,
            viewer: visit.pageRequest.viewer,
            needsToken: authenticator != nil
        )
        return visit.response(page.page)
    }
}

/// All that pages read from and write to.
struct PageStores: Sendable {
    let pool: PostgresPool
    let artifacts: ArtifactStore
    let submissions: SubmissionService
    let tracking: TrackingStore
    let registry: RegistryStore
    let jobs: JobStore
    let queues: QueueStore
    let workers: WorkerStore
    let schedules: ScheduleStore

    init(pool: PostgresPool, artifacts: ArtifactStore, submissions: SubmissionService) {
        self.pool = pool
        self.artifacts = artifacts
        self.submissions = submissions
        tracking = TrackingStore(pool: pool)
        registry = RegistryStore(pool: pool)
        jobs = JobStore(pool: pool)
        queues = QueueStore(pool: pool)
        workers = WorkerStore(pool: pool)
        schedules = ScheduleStore(pool: pool)
    }
}
