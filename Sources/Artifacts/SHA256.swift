internal import CLibCrypto

/// SHA-256 of bytes that come in pieces, by OpenSSL. Not shared between tasks.
public final class SHA256 {
    private let context: OpaquePointer

    public init() {
        // Both fail only when memory is used up, or SHA-256 was configured away.
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            fatalError("libcrypto has no SHA-256")
        }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    public func update(_ bytes: UnsafeRawBufferPointer) {
        EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    }

    public func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes(update)
    }

    /// The digest of what came so far; nothing may come after.
    public func finalize() -> Digest {
        var digest = [UInt8](repeating: 0, count: 32)
        EVP_DigestFinal_ex(context, &digest, nil)
        return Digest(unchecked: digest)
    }
}
