internal import Logging

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Writes each event as one line.
struct StandardErrorLogHandler: LogHandler {
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    let format: LogFormat
    var now: @Sendable () -> Date = { Date() }
    var output: @Sendable (String) -> Void = StandardError.write

    init(format: LogFormat) { self.format = format }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var details = metadata
        if let provided = metadataProvider?.get() { details.merge(provided) { $1 } }
        if let own = event.metadata { details.merge(own) { $1 } }
        if let error = event.error { details["error"] = "\(error)" }
        let sorted = details.sorted { $0.key < $1.key }
        let time = HumanReadable.timestamp(now())
        switch format {
        case .text:
            var line = "\(time) \(event.level.rawValue) \(event.message.description.printable)"
            for (key, value) in sorted { line += " \(key)=\(Self.quoted("\(value)".printable))" }
            output(line + "\n")
        case .json:
            let fixed: [JSON.Member] = [
                .init("time", .string(time)),
                .init("level", .string(event.level.rawValue)),
                .init("message", .string(event.message.description)),
            ]
            output(JSON.object(fixed + sorted.map { .init($0.key, .string("\($0.value)")) }).encoded + "\n")
        }
    }

    /// Values with blanks are quoted, so that a line can be taken apart again.
    private static func quoted(_ value: String) -> String {
        value.isEmpty || value.contains(where: { $0 == " " || $0 == "\"" || $0 == "=" })
            ? "\"" + value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\"" : value
    }
}
