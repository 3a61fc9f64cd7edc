internal import Access
internal import Hummingbird
internal import Tracking

/// What only MLflow's own pages ask.
struct PageController {
    let tracking: TrackingStore

    private static let maximumExperimentCount = 20

    func add(to router: Router<APIContext>) {
        router.post("/ajax-api/2.0/mlflow/experiments/search-datasets", use: searchDatasets)
        // The pages tell nobody what their readers do.
        router.get("/ajax-api/3.0/mlflow/ui-telemetry") { _, context in
            try context.require(.read)
            return Response.json(Self.telemetry)
        }
        // There is no gateway; the table of runs asks for its endpoints all the same.
        router.get("/ajax-api/2.0/mlflow/gateway-proxy") { _, context in
            try context.require(.read)
            return Response.json(JSONWriter.buffer { $0.object { $0.list("endpoints", [String]()) { $0.write($1) } } })
        }
        router.post("/ajax-api/3.0/mlflow/ui-telemetry") { _, context in
            try context.require(.read)
            return Response.json(JSONWriter.buffer { $0.object { $0.member("status", "disabled") } })
        }
    }

    private static let telemetry = JSONWriter.buffer { writer in
        writer.object { settings in
            settings.list("disable_ui_events", [String]()) { $0.write($1) }
            settings.member("disable_ui_telemetry", true)
            settings.member("ui_rollout_percentage", 0)
        }
    }

    private func searchDatasets(_ request: Request, context: APIContext) async throws -> Response {
        try context.require(.read)
        let message = try await RequestReader.message(of: request, as: Shape([.strings("experiment_ids")]))
        let ids = message.strings("experiment_ids")
        guard !ids.isEmpty else {
            throw MLflowError(
                .invalidParameterValue,
                "SearchDatasets request must specify at least one experiment_id."
            )
        }
        guard ids.count <= Self.maximumExperimentCount else {
            throw MLflowError(
                .invalidParameterValue,
                "SearchDatasets request cannot specify more than \(Self.maximumExperimentCount) experiment_ids. "
                    + "Received \(ids.count) experiment_ids."
            )
        }
        let experiments = try ids.map { (id) throws(MLflowError) in try Experiment.ID(wire: id) }
        let datasets = try await tracking.datasets(usedIn: experiments)
        return Response.json(
            JSONWriter.buffer { writer in
                writer.object { answer in
                    answer.array("dataset_summaries", datasets) { writer, dataset in
                        writer.object { summary in
                            summary.member("experiment_id", dataset.experiment.description)
                            summary.member("name", dataset.name)
                            summary.member("digest", dataset.digest)
                            summary.member("context", dataset.context)
                        }
                    }
                }
            }
        )
    }
}
