/// "did you mean …?" and the list to choose from, for a name that is not among `names`.
func suggestion(for name: String, among names: [String]) -> String {
    let shown = names.prefix(20).map(quoted).joined(separator: ", ")
    let list = names.count > 20 ? "\(shown) and \(names.count - 20) more" : shown
    let nearest = names.map { (name: $0, distance: editDistance(name.lowercased(), $0.lowercased())) }
        .min { $0.distance < $1.distance }
    guard let nearest, nearest.distance <= max(1, name.count / 3) else { return "choose one of \(list)" }
    return "did you mean \(quoted(nearest.name))? There are \(list)"
}

/// Levenshtein's distance: how many letters to insert, delete or replace. O(|first| × |second|).
private func editDistance(_ first: String, _ second: String) -> Int {
    let second = Array(second)
    var previous = Array(0...second.count)
    for (i, letter) in first.enumerated() {
        var current = [i + 1]
        for (j, other) in second.enumerated() {
            current.append(min(previous[j] + (letter == other ? 0 : 1), previous[j + 1] + 1, current[j] + 1))
        }
        previous = current
    }
    return previous[second.count]
}
