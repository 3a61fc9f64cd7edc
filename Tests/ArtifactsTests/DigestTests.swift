import Artifacts
import Testing

struct DigestTests {
    @Test(
        "SHA-256 as FIPS 180-4 has it",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ]
    )
    func published(text: String, hex: String) {
        #expect(Digest(of: text.utf8).hex == hex)
        #expect(Digest(hex: hex) == Digest(of: Array(text.utf8)))
        #expect(Digest(hex: hex.uppercased()) == Digest(of: Array(text.utf8)))
    }

    @Test(
        "What is not a digest",
        arguments: [
            "", "ab", String(repeating: "g", count: 64), String(repeating: "a", count: 65),
            String(repeating: "ä", count: 32),
        ]
    )
    func malformed(hex: String) {
        #expect(Digest(hex: hex) == nil)
    }
}
