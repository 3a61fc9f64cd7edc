/// What the user may have meant.
enum NearestName {
    /// The name that takes the fewest edits to reach, if they are few for its length. O(names × length²).
    static func of(_ given: String, among names: [String]) -> String? {
        let limit = max(1, min(3, given.count / 3))
        return names.lazy
            .map { name in (name: name, distance: distance(given.lowercased(), name.lowercased())) }
            .filter { $0.distance <= limit }
            .min { $0.distance < $1.distance }?.name
    }

    /// Levenshtein's distance: insertions, deletions and replacements. Wagner and Fischer's table, one row at a time.
    static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right)
        var row = Array(0...right.count)
        for (i, leftCharacter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, rightCharacter) in right.enumerated() {
                let replaced = diagonal + (leftCharacter == rightCharacter ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
