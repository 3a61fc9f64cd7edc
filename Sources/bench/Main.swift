/// Measures forests; the command line of `forest` follows.
@main
struct Bench {
    static func main() {}
}
