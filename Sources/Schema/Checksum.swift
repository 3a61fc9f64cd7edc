internal import CLibCrypto

/// The SHA-256 of a migration's text, in hexadecimal digits.
func checksum(of text: String) -> String {
    var digest = [UInt8](repeating: 0, count: 32)
    let isDone = EVP_Digest(text, text.utf8.count, &digest, nil, EVP_sha256(), nil)
    precondition(isDone == 1, "OpenSSL has no SHA-256")
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
