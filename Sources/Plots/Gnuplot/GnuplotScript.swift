/// The commands that draw one figure.
public struct GnuplotScript: Sendable {
    private(set) var text = ""

    public mutating func add(_ command: GnuplotCommand) {
        text += command.text
        text += "\n"
    }

    /// A table of numbers that commands can plot under its name, such as `$points`. Rows with a number that is not
    /// finite are left out.
    public mutating func addData(_ name: StaticString, _ rows: some Sequence<[Double]>) {
        text += "\(name) << END_OF_DATA\n"
        for row in rows where row.allSatisfy(\.isFinite) {
            for (index, number) in row.enumerated() { text += index == 0 ? "\(number)" : " \(number)" }
            text += "\n"
        }
        text += "END_OF_DATA\n"
    }
}
