internal import Artifacts
internal import HTTPTypes
internal import Hummingbird
internal import MLflowAPI
internal import NIOCore

/// The stylesheet, the script and the icon. Their addresses have a digest of their bytes in them, so that a browser may
/// keep them for ever.
struct StaticAssets: Sendable {
    let location: Location
    private let type: String
    private let tag: String
    private let text: String

    static let style = StaticAssets("style.css", type: "text/css; charset=utf-8")
    static let script = StaticAssets("script.js", type: "text/javascript; charset=utf-8")
    static let icon = StaticAssets(
        "icon.svg",
        type: "image/svg+xml",
        text: """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="none" stroke="#3a8a5f" \
            stroke-width="1.6" stroke-linecap="round"><path d="M8 15V7M8 11 4.5 7.5M8 9.5l3.5-3.5"/>\
            <circle cx="8" cy="4" r="2.6"/><circle cx="3.3" cy="6.3" r="1.7"/><circle cx="12.7" cy="4.9" r="1.7"/></svg>
            """
    )

    private init(_ name: String, type: String, text given: String? = nil) {
        guard let text = given ?? EmbeddedFiles.all.first(where: { $0.name == name })?.text else {
            preconditionFailure("Sources/WebPages/Assets has no \(name)")
        }
        let digest = Digest(of: text.utf8).hex.prefix(16)
        let parts = name.split(separator: ".")
        location = Location("assets", "\(parts[0]).\(digest).\(parts[1])")
        tag = "\"\(digest)\""
        self.type = type
        self.text = text
    }

    /// In bytes.
    var size: Int { text.utf8.count }

    static func add(to router: Router<APIContext>) {
        for asset in [style, script, icon] {
            router.get(RouterPath(asset.location.description)) { request, _ in asset.response(to: request) }
        }
        // What a browser asks for unasked.
        router.get("/favicon.ico") { _, _ in Response.redirect(to: icon.location.description, type: .permanent) }
    }

    private func response(to request: Request) -> Response {
        let headers: HTTPFields = [
            .contentType: type, .eTag: tag, .cacheControl: "public, max-age=31536000, immutable",
            .contentSecurityPolicy: "default-src 'none'",
        ]
        if request.headers[.ifNoneMatch] == tag { return Response(status: .notModified, headers: headers) }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
