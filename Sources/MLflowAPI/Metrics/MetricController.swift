internal import Access
internal import Hummingbird
internal import SearchGrammar
internal import Tracking

/// MLflow's calls on the history of metrics.
struct MetricController {
    let tracking: TrackingStore

    private static let runLimit = 100
    private static let bulkLimit = 25_000
    private static let sampleLimit = 2500
    private static let pageLimit: Int64 = 50_000

    var endpoints: [Endpoint] {
        [
            Endpoint.reading(.get, at: "metrics/get-history", Self.history, history),
            Endpoint.reading(.get, at: "metrics/get-history-bulk-interval", Self.interval, interval),
        ].flatMap { $0 }
    }

    /// What only MLflow's own pages call.
    func add(to router: Router<APIContext>) {
        router.get("/ajax-api/2.0/mlflow/metrics/get-history-bulk", use: bulk)
    }

    private static let history = Shape([
        .string("run_id", .required), .string("run_uuid"), .string("metric_key", .required), .string("page_token"),
        .int32("max_results"),
    ])

    private func history(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        let limit = request.integer("max_results")
        if let limit, limit <= 0 {
            throw MLflowError(
                .invalidParameterValue,
                "Invalid value \(limit) for parameter 'max_results' supplied. It must be a positive integer."
            )
        }
        var metrics: [Metric] = []
        var next = try request.nonEmpty("page_token").map(Self.token)
        // As in MLflow, a run that does not exist has no history.
        if try await tracking.number(of: request.runID) != nil {
            repeat {
                let page = try await tracking.metricHistoryPage(
                    request.text("metric_key"),
                    run: request.runID,
                    limit: Int(min(limit ?? Self.pageLimit, Self.pageLimit)),
                    after: next
                )
                metrics += page.items
                next = page.next
                // Who names no limit wants all of them.
            } while limit == nil && next != nil
        }
        return JSONWriter.buffer { [metrics, next] writer in
            writer.object { answer in
                answer.array("metrics", metrics) { $1.write(&$0) }
                answer.member("next_page_token", next?.description)
            }
        }
    }

    private static func token(_ text: String) throws(MLflowError) -> PageToken {
        do { return try PageToken(text) } catch { throw MLflowError(.invalidParameterValue, error.description) }
    }

    private static let interval = Shape([
        .strings(
            "run_ids",
            .required,
            .countAtMost(runLimit) { count in
                "GetMetricHistoryBulkInterval request must specify at most \(runLimit) run_ids. "
                    + "Received \(count) run_ids."
            }
        ),
        .string("metric_key", .required), .int32("start_step"), .int32("end_step"),
        .int32("max_results", .within(1...2500, message: "max_results must be between 1 and 2500.")),
    ])

    private func interval(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        let (start, end) = (request.integer("start_step"), request.integer("end_step"))
        var steps: ClosedRange<Int64>?
        if let start, let end {
            guard start <= end else {
                throw MLflowError(
                    .invalidParameterValue,
                    "end_step must be greater than start_step. Found start_step=\(start) and end_step=\(end)."
                )
            }
            steps = start...end
        } else if start != nil || end != nil {
            throw MLflowError(
                .invalidParameterValue,
                "If either start step or end step are specified, both must be specified."
            )
        }
        let runs = try await tracking.existing(request.strings("run_ids").map(Run.ID.init(rawValue:)))
        let samples = try await tracking.sampledMetricHistories(
            request.text("metric_key"),
            runs: runs,
            count: Int(request.integer("max_results") ?? Int64(Self.sampleLimit)),
            steps: steps
        )
        return JSONWriter.buffer { writer in
            writer.object { $0.array("metrics", samples) { $1.metric.write(&$0, run: $1.run) } }
        }
    }

    private func bulk(_ request: Request, context: APIContext) async throws -> Response {
        try context.require(.read)
        let query = Query(request.uri.query ?? "")
        let runs = query.all("run_id").map(Run.ID.init(rawValue:))
        guard !runs.isEmpty else {
            throw MLflowError(
                .invalidParameterValue,
                "GetMetricHistoryBulk request must specify at least one run_id."
            )
        }
        guard runs.count <= Self.runLimit else {
            throw MLflowError(
                .invalidParameterValue,
                "GetMetricHistoryBulk request cannot specify more than \(Self.runLimit) run_ids. "
                    + "Received \(runs.count) run_ids."
            )
        }
        guard let key = query["metric_key"] else {
            throw MLflowError(.invalidParameterValue, "GetMetricHistoryBulk request must specify a metric_key.")
        }
        guard let limit = Int(query["max_results"] ?? "\(Self.bulkLimit)"), limit > 0 else {
            throw MLflowError(.invalidParameterValue, "max_results must be a positive integer.")
        }
        let metrics = try await tracking.metricHistories(key, runs: runs, limit: min(limit, Self.bulkLimit))
        return Response.json(
            JSONWriter.buffer { writer in
                writer.object { $0.list("metrics", metrics) { $1.metric.write(&$0, run: $1.run) } }
            }
        )
    }
}

extension TrackingStore {
    /// Those runs that exist, in their order.
    fileprivate func existing(_ ids: [Run.ID]) async throws -> [Run.ID] {
        var found: [Run.ID] = []
        for id in ids where try await number(of: id) != nil { found.append(id) }
        return found
    }
}
