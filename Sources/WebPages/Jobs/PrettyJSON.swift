internal import Foundation

/// JSON with a line for each member, for people.
struct PrettyJSON {
    let text: String

    init(_ json: String) {
        guard let value = try? JSONSerialization.jsonObject(with: Data(json.utf8), options: .fragmentsAllowed),
            let data = try? JSONSerialization.data(
                withJSONObject: value,
                options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes, .fragmentsAllowed]
            )
        else {
            text = json
            return
        }
        text = String(decoding: data, as: UTF8.self)
    }
}
