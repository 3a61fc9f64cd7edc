internal import Artifacts
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Threads

/// The bytes that a client sends: small ones in memory, larger ones in a temporary file.
struct ArtifactUpload {
    let content: ArtifactContent
    /// Removed when nobody needs it any more.
    private let file: TemporaryFile?

    /// What is kept in memory.
    private static let memoryLimit = ArtifactContent.chunkSize
    /// What a client may send at most: 64 GiB.
    static let sizeLimit = 64 << 30

    /// Receives the whole body, with flat memory. Throws `MLflowError` if it is too large or comes too slowly.
    static func receive(_ request: Request) async throws -> ArtifactUpload {
        if let text = request.headers[.contentLength], let length = Int(text), length > sizeLimit {
            throw tooLarge
        }
        var pace = TransferPace()
        var bytes: [UInt8] = []
        var file: TemporaryFile?
        var size = 0
        for try await chunk in request.body {
            size += chunk.readableBytes
            guard size <= sizeLimit else { throw tooLarge }
            try pace.received(chunk.readableBytes)
            bytes += chunk.readableBytesView
            guard bytes.count > memoryLimit else { continue }
            let open = try file ?? TemporaryFile()
            file = open
            try await write(bytes, to: open)
            bytes = []
        }
        guard let file else { return ArtifactUpload(content: .bytes(bytes), file: nil) }
        try await write(bytes, to: file)
        return ArtifactUpload(content: .file(file.path), file: file)
    }

    /// A disk may keep whoever writes waiting; the threads that answer everybody must not.
    private static func write(_ bytes: [UInt8], to file: TemporaryFile) async throws {
        try await CachedThreadPool.shared.run { try file.write(bytes) }
    }

    private static let tooLarge = MLflowError(
        .requestTooLarge,
        "The artifact has more than \(sizeLimit) bytes; split it."
    )
}
