/// What kind of file a name says it is, as MLflow guesses: text is plain text, and what is unknown is bytes.
enum ContentType {
    static func of(_ name: String) -> String {
        let dot = name.lastIndex(of: ".")
        let ending = dot.map { name[name.index(after: $0)...] } ?? name[...]
        if textEndings.contains(ending) { return "text/plain" }
        return others[ending.lowercased()] ?? "application/octet-stream"
    }

    private static let textEndings: Set<Substring> = [
        "txt", "log", "err", "cfg", "conf", "cnf", "cf", "ini", "properties", "prop", "hocon", "toml", "yaml", "yml",
        "xml", "json", "js", "py", "py3", "csv", "tsv", "md", "rst", "ipynb", "MLmodel", "MLproject",
    ]

    private static let others = [
        "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "svg": "image/svg+xml",
        "webp": "image/webp", "bmp": "image/bmp", "ico": "image/vnd.microsoft.icon", "pdf": "application/pdf",
        "html": "text/html", "htm": "text/html", "css": "text/css", "zip": "application/zip",
        "gz": "application/gzip", "tar": "application/x-tar", "mp3": "audio/mpeg", "wav": "audio/x-wav",
        "mp4": "video/mp4", "webm": "video/webm", "parquet": "application/vnd.apache.parquet",
    ]
}
