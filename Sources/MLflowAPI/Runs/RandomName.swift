/// A name for a run that nobody named: `quiet-otter-417`.
enum RandomName {
    static func make() -> String {
        "\(adjectives.randomElement() ?? "quiet")-\(nouns.randomElement() ?? "otter")-\(Int.random(in: 0..<1000))"
    }

    private static let adjectives = [
        "able", "agile", "amber", "bold", "brisk", "calm", "clear", "crisp", "deft", "eager", "early", "even", "fair",
        "fleet", "fresh", "gentle", "grand", "green", "hardy", "honest", "jolly", "keen", "light", "lively", "lucky",
        "mellow", "merry", "mighty", "neat", "noble", "patient", "polite", "proud", "quick", "quiet", "rare", "ready",
        "robust", "serene", "sharp", "silent", "smooth", "steady", "sunny", "swift", "tidy", "vivid", "warm", "wise",
    ]

    private static let nouns = [
        "alder", "ash", "aspen", "badger", "beech", "birch", "bramble", "cedar", "clover", "copse", "crane", "cypress",
        "deer", "elder", "elm", "falcon", "fern", "finch", "fox", "grove", "hare", "hawk", "hazel", "heron", "holly",
        "ivy", "jay", "juniper", "larch", "lark", "linden", "lynx", "maple", "marten", "moss", "oak", "otter", "owl",
        "pine", "poplar", "robin", "rowan", "spruce", "stag", "sorrel", "thrush", "vole", "willow", "wren", "yew",
    ]
}
