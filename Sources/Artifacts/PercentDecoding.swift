/// Undoes percent-encoding as lenient readers do: what is not two hexadecimal digits stays.
enum PercentDecoding {
    static func once(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
        let bytes = Array(text.utf8)
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
                let value = UInt8(String(decoding: bytes[index + 1...index + 2], as: UTF8.self), radix: 16)
            {
                decoded.append(value)
                index += 3
            } else {
                decoded.append(bytes[index])
                index += 1
            }
        }
        // An overlong form of a dot or a slash is not UTF-8; it becomes U+FFFD, which is neither.
        return String(decoding: decoded, as: UTF8.self)
    }
}
