public import ArgumentParser
public import Tracking

extension Run.Status: ExpressibleByArgument {
    /// In upper or lower case.
    public init?(argument: String) {
        self.init(rawValue: argument.uppercased())
    }
}
