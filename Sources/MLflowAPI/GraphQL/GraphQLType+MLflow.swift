// The types that MLflow's queries on experiments, runs and metrics reach.
extension GraphQLType {
    static let getExperimentAnswer = GraphQLType(
        name: "MlflowGetExperimentResponse",
        fields: ["experiment": .object(experiment), "apiError": .nothing]
    )

    static let getRunAnswer = GraphQLType(
        name: "MlflowGetRunResponse",
        fields: ["run": .object(run), "apiError": .nothing]
    )

    static let searchRunsAnswer = GraphQLType(
        name: "MlflowSearchRunsResponse",
        fields: ["runs": .list(run), "nextPageToken": .text, "apiError": .nothing]
    )

    static let metricHistoryAnswer = GraphQLType(
        name: "MlflowGetMetricHistoryBulkIntervalResponse",
        fields: [
            "metrics": .list(
                GraphQLType(
                    name: "MlflowMetricWithRunId",
                    fields: ["key": .text, "value": .float, "timestamp": .long, "step": .long, "runId": .text]
                )
            ),
            "apiError": .nothing,
        ]
    )

    private static let experiment = GraphQLType(
        name: "MlflowExperiment",
        fields: [
            "experimentId": .text, "name": .text, "artifactLocation": .text, "lifecycleStage": .text,
            "lastUpdateTime": .long, "creationTime": .long, "tags": .list(pair("MlflowExperimentTag")),
            "effectiveTraceArchivalRetention": .text, "workspace": .text,
        ]
    )

    private static let run = GraphQLType(
        name: "MlflowRunExtension",
        fields: [
            "info": .object(runInfo), "data": .object(runData), "inputs": .object(runInputs),
            "outputs": .object(runOutputs), "experiment": .object(experiment), "modelVersions": .list(modelVersion),
        ]
    )

    private static let runInfo = GraphQLType(
        name: "MlflowRunInfo",
        fields: [
            "runId": .text, "runUuid": .text, "runName": .text, "experimentId": .text, "userId": .text, "status": .text,
            "startTime": .long, "endTime": .long, "artifactUri": .text, "lifecycleStage": .text,
        ]
    )

    private static let runData = GraphQLType(
        name: "MlflowRunData",
        fields: [
            "metrics": .list(
                GraphQLType(
                    name: "MlflowMetricExtension",
                    fields: [
                        "key": .text, "value": .float, "timestamp": .long, "step": .long, "datasetName": .text,
                        "datasetDigest": .text, "modelId": .text, "runId": .text,
                    ]
                )
            ),
            "params": .list(pair("MlflowParam")), "tags": .list(pair("MlflowRunTag")),
        ]
    )

    private static let runInputs = GraphQLType(
        name: "MlflowRunInputs",
        fields: [
            "datasetInputs": .list(
                GraphQLType(
                    name: "MlflowDatasetInput",
                    fields: ["tags": .list(pair("MlflowInputTag")), "dataset": .object(dataset)]
                )
            ),
            "modelInputs": .list(GraphQLType(name: "MlflowModelInput", fields: ["modelId": .text])),
        ]
    )

    private static let dataset = GraphQLType(
        name: "MlflowDataset",
        fields: [
            "name": .text, "digest": .text, "sourceType": .text, "source": .text, "schema": .text, "profile": .text,
        ]
    )

    private static let runOutputs = GraphQLType(
        name: "MlflowRunOutputs",
        fields: [
            "modelOutputs": .list(
                GraphQLType(name: "MlflowModelOutput", fields: ["modelId": .text, "step": .long])
            )
        ]
    )

    private static let modelVersion = GraphQLType(
        name: "MlflowModelVersion",
        fields: [
            "name": .text, "version": .text, "creationTimestamp": .long, "lastUpdatedTimestamp": .long,
            "userId": .text, "currentStage": .text, "description": .text, "source": .text, "runId": .text,
            "status": .text, "statusMessage": .text, "tags": .list(pair("MlflowModelVersionTag")), "runLink": .text,
            "aliases": .texts, "modelId": .text,
        ]
    )

    private static func pair(_ name: String) -> GraphQLType {
        GraphQLType(name: name, fields: ["key": .text, "value": .text])
    }
}
