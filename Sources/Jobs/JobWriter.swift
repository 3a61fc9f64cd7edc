internal import Foundation
internal import Postgres

/// Writes jobs as the JSON objects that `submit_jobs` takes.
///
/// By hand, for mass submits: an encoder takes as long for a job as the server does. What a job is told is encoded by one.
struct JobWriter {
    var text = ""
    private let encoder = JSONEncoder()

    /// - Throws: `EncodingError` of what the job is told.
    mutating func add(_ job: NewJob) throws {
        text += "{\"client_token\":\""
        text += job.clientToken.text
        text += "\",\"kind\":"
        add(job.kind)
        text += ",\"experiment_id\":"
        text += String(job.experimentID)
        // What is as `submit_jobs` takes it to be is left out: the server reads every byte twice.
        if job.queue != "default" { add(job.queue, as: "queue") }
        if job.priority != 0 { text += ",\"priority\":\(job.priority)" }
        if job.maxAttempts != 3 { text += ",\"max_attempts\":\(job.maxAttempts)" }
        if let number = job.parentRunNumber { text += ",\"parent_run_no\":\(number)" }
        add(job.runName, as: "run_name")
        add(job.uniqueKey, as: "unique_key")
        add(job.timeout.map(Self.interval), as: "timeout")
        switch job.start {
        case .now: break
        case .after(let delay): add(Self.interval(delay), as: "delay")
        case .at(let date):
            add(Date.ISO8601FormatStyle(includingFractionalSeconds: true).format(date), as: "scheduled_at")
        }
        add(job.params, as: "params")
        add(job.tags, as: "tags")
        if !job.needs.isEmpty { text += ",\"needs\":[" + job.needs.map(\.description).joined(separator: ",") + "]" }
        add(job.submittedBy, as: "submitted_by")
        text += ",\"spec\":" + (try encoded(job.spec)) + "}"
    }

    /// What a job is told, for the one that is submitted alone; nil: nothing, which is refused.
    /// - Throws: `EncodingError`.
    static func json(spec: any Encodable) throws -> JSONText? {
        let text = try JobWriter().encoded(spec)
        return text == "null" ? nil : JSONText(text)
    }

    /// Parameters or tags of the one that is submitted alone; nil: there are none.
    static func json(object values: [String: String]) -> JSONText? {
        guard !values.isEmpty else { return nil }
        var writer = JobWriter()
        writer.add(values)
        return JSONText(writer.text)
    }

    private func encoded(_ spec: any Encodable) throws -> String {
        encoder.dateEncodingStrategy = .iso8601
        return String(decoding: try encoder.encode(spec), as: UTF8.self)
    }

    private mutating func add(_ value: String?, as key: StaticString) {
        guard let value else { return }
        text += ",\"\(key)\":"
        add(value)
    }

    private mutating func add(_ values: [String: String], as key: StaticString) {
        guard !values.isEmpty else { return }
        text += ",\"\(key)\":"
        add(values)
    }

    private mutating func add(_ values: [String: String]) {
        text += "{"
        var isFirst = true
        for (key, value) in values {
            if !isFirst { text += "," }
            isFirst = false
            add(key)
            text += ":"
            add(value)
        }
        text += "}"
    }

    /// A JSON string (RFC 8259, section 7).
    private mutating func add(_ value: String) {
        text += "\""
        if value.utf8.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
            text += value
        } else {
            for scalar in value.unicodeScalars {
                switch scalar {
                case "\"": text += "\\\""
                case "\\": text += "\\\\"
                case "\0"..."\u{1F}":
                    let digits = String(scalar.value, radix: 16)
                    text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                default: text.unicodeScalars.append(scalar)
                }
            }
        }
        text += "\""
    }

    private static func interval(_ duration: Duration) -> String {
        "\(duration / .microseconds(1)) microseconds"
    }
}
