internal import Artifacts
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// Sends artifacts: whole or a range, always as a download, never as something that a browser runs.
enum ArtifactDownload {
    static func response(
        _ reader: ArtifactReader,
        _ path: ArtifactPath,
        _ request: Request
    ) async throws -> Response {
        let tag = "\"\(reader.digest.hex)\""
        var headers: HTTPFields = [
            .contentType: ContentType.of(path.name),
            .contentDisposition: disposition(path.name),
            .xContentTypeOptions: "nosniff",
            .contentSecurityPolicy: "sandbox; default-src 'none'",
            .cacheControl: "no-cache",
            .acceptRanges: "bytes",
            .eTag: tag,
        ]
        if request.headers[.ifNoneMatch] == tag {
            return Response(status: .notModified, headers: headers)
        }
        let condition = request.headers[.ifRange]
        switch ByteRange(request.headers[.range], size: reader.size) {
        case .whole: break
        case .part(let range) where condition == nil || condition == tag:
            headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(reader.size)"
            return Response(
                status: .partialContent,
                headers: headers,
                body: body(reader.part(range), size: range.count)
            )
        case .part: break
        case .unsatisfiable where condition == nil || condition == tag:
            headers[.contentRange] = "bytes */\(reader.size)"
            return Response(status: .rangeNotSatisfiable, headers: headers)
        case .unsatisfiable: break
        }
        return Response(status: .ok, headers: headers, body: body(reader, size: Int(reader.size)))
    }

    /// If the bytes turn out to be damaged, the connection breaks before the end: better than wrong bytes.
    private static func body<Chunks: AsyncSequence & Sendable>(_ chunks: Chunks, size: Int) -> ResponseBody
    where Chunks.Element == [UInt8] {
        ResponseBody(contentLength: size) { writer in
            for try await chunk in chunks { try await writer.write(ByteBuffer(bytes: chunk)) }
            try await writer.finish(nil)
        }
    }

    /// RFC 6266: a plain name for old readers, and the whole one encoded.
    private static func disposition(_ name: String) -> String {
        let plain = name.unicodeScalars.map { scalar in
            scalar.isASCII && scalar.value >= 0x20 && scalar.value != 0x7F && scalar != "\"" && scalar != "\\"
                ? Character(scalar) : "_"
        }
        let digits = Array("0123456789ABCDEF")
        let encoded = name.utf8.map { byte in
            let character = Character(Unicode.Scalar(byte))
            if character.isASCII, character.isLetter || character.isNumber || "!#$&+-.^_`|~".contains(character) {
                return String(character)
            }
            return "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
        }
        return "attachment; filename=\"\(String(plain))\"; filename*=UTF-8''\(encoded.joined())"
    }
}

extension HTTPField.Name {
    static let contentRange = HTTPField.Name("Content-Range")!
}
