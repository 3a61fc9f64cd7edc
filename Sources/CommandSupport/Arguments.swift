extension [String] {
    /// `--priority -5` as `--priority=-5`: a parser of arguments takes what begins with a dash for an option, and here no
    /// option is a number.
    var joiningNegativeNumbers: [String] {
        reduce(into: []) { joined, argument in
            if let option = joined.last, option.hasPrefix("--"), option.count > 2, !option.contains("="),
                argument.first == "-", argument.dropFirst().first?.isNumber == true
            {
                joined[joined.count - 1] = "\(option)=\(argument)"
            } else {
                joined.append(argument)
            }
        }
    }
}
