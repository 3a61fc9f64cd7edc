public import ArgumentParser
public import Jobs

extension Job.ID: ExpressibleByArgument {
    public init?(argument: String) {
        guard let number = Int64(argument), number > 0 else { return nil }
        self.init(rawValue: number)
    }
}

extension JobState: ExpressibleByArgument {}
extension MissedTicks: ExpressibleByArgument {}
