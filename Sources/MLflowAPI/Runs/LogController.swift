internal import Hummingbird
internal import Tracking

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// MLflow's calls that log something to a run; they go through a `LogWriter`.
struct LogController {
    let writer: LogWriter

    var endpoints: [Endpoint] {
        [
            Endpoint.writing(.post, at: "runs/log-metric", Self.metric, logMetric),
            Endpoint.writing(.post, at: "runs/log-parameter", Self.parameter, logParameter),
            Endpoint.writing(.post, at: "runs/set-tag", Self.parameter, setTag),
            Endpoint.writing(.post, at: "runs/log-batch", Self.batch, logBatch),
        ].flatMap { $0 }
    }

    private static let metric = Shape([
        .string("run_id", .required), .string("run_uuid"), .string("key", .required), .double("value", .required),
        .int64("timestamp", .required), .int64("step"), .string("model_id"), .string("dataset_name"),
        .string("dataset_digest"),
    ])

    private func logMetric(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        var entry = LogEntry(run: request.runID)
        entry.metrics = [try Metric(request)]
        entry.models = [MetricOwner(request)]
        try await writer.write(entry)
        return .emptyAnswer
    }

    private static let parameter = Shape([
        .string("run_id", .required), .string("run_uuid"), .string("key", .required), .string("value"),
    ])

    private func logParameter(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        var entry = LogEntry(run: request.runID)
        let value = LongValues.cut(request.text("value"), to: TrackingLimits.paramValueLength)
        entry.params = [request.text("key"): value]
        try await writer.write(entry)
        return .emptyAnswer
    }

    private func setTag(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        var entry = LogEntry(run: request.runID)
        entry.tags = [request.text("key"): LongValues.cut(request.text("value"), to: TrackingLimits.tagValueLength)]
        try await writer.write(entry)
        return .emptyAnswer
    }

    private static let batch = Shape([
        .string("run_id", .required),
        .messages("metrics", metricShape, .elementsHave(["key", "value", "timestamp"])),
        .messages("params", .pair, .elementsHave(["key"])),
        .messages("tags", .pair, .elementsHave(["key"])),
    ])
    private static let metricShape = Shape([
        .string("key"), .double("value"), .int64("timestamp"), .int64("step"), .string("dataset_name"),
        .string("dataset_digest"), .string("model_id"), .string("run_id"),
    ])

    private func logBatch(_ request: Message, _: Parameters) async throws -> ByteBuffer {
        var entry = LogEntry(run: request.runID)
        let metrics = request.messages("metrics")
        entry.metrics = try metrics.map { (metric) throws(MLflowError) in try Metric(metric) }
        entry.models = metrics.map(MetricOwner.init)
        entry.params = try Self.params(request)
        entry.tags = LongValues.cut(request.pairs("tags"), to: TrackingLimits.tagValueLength)
        try await writer.write(entry)
        return .emptyAnswer
    }

    private static func params(_ request: Message) throws(MLflowError) -> [String: String] {
        var params: [String: String] = [:]
        for param in request.messages("params") {
            let value = LongValues.cut(param.text("value"), to: TrackingLimits.paramValueLength)
            guard params.updateValue(value, forKey: param.text("key")) == nil else {
                throw MLflowError(
                    .invalidParameterValue,
                    "Duplicate parameter keys have been submitted: ['\(param.text("key"))']. "
                        + "Please ensure the request contains only one param value per param key."
                )
            }
        }
        return params
    }
}

extension Metric {
    /// Reads MLflow's `Metric`. Throws `MLflowError`.
    init(_ message: Message) throws(MLflowError) {
        let timestamp = message.integer("timestamp") ?? 0
        guard timestamp >= 0 else {
            throw MLflowError(
                .invalidParameterValue,
                "Invalid value \(timestamp) for parameter 'timestamp' supplied: metric '\(message.text("key"))'. "
                    + "Timestamp must be a nonnegative long (64-bit integer) "
            )
        }
        self.init(
            key: message.text("key"),
            value: message.double("value") ?? 0,
            step: message.integer("step") ?? 0,
            timestamp: try Date(milliseconds: timestamp, of: "timestamp")
        )
    }
}

extension MetricOwner {
    init?(_ message: Message) {
        guard let model = message.nonEmpty("model_id") else { return nil }
        self.init(
            model: LoggedModel.ID(rawValue: model),
            datasetName: message.nonEmpty("dataset_name"),
            datasetDigest: message.nonEmpty("dataset_digest")
        )
    }
}
