internal import CLibPQ

extension ServerLink {
    /// Where a transaction stands, as far as the server does not say.
    enum Transaction {
        case none
        /// It begins with its first statement, in the same round trip.
        case pending(begin: String)
        case open
        /// Its last statement took the commit along.
        case committed
    }

    /// What the server said to a statement, and to the commit that went with it. Both are the caller's to clear.
    struct Answer {
        /// The error of the `begin`, if that failed; nil: the connection was lost before.
        var statement: OpaquePointer?
        /// nil also if the statement failed.
        var commit: OpaquePointer?
    }

    /// Waits once for a statement, for the `begin` that is pending and for the `commit`: of the three round trips of a
    /// transaction with one statement, two are saved. After an error the server skips what follows.
    func collectAnswer(commits: Bool, sending statement: () -> Int32) -> Answer {
        var begin: String?
        if case .pending(let text) = transaction { begin = text }
        guard begin != nil || commits else { return Answer(statement: collectResult(afterSending: statement())) }

        guard PQenterPipelineMode(connection) == 1 else { return Answer() }
        defer { if PQexitPipelineMode(connection) == 0 { abandon() } }
        guard begin.map(sendAlone) ?? true, statement() == 1, !commits || sendAlone("commit"),
            PQpipelineSync(connection) == 1
        else {
            // What was queued so far would go out with whatever comes next.
            abandon()
            return Answer()
        }
        var answer = Answer()
        let begun = begin == nil ? nil : collectResult(afterSending: 1)
        answer.statement = collectResult(afterSending: 1)
        if commits { answer.commit = collectResult(afterSending: 1) }
        // The end of the pipeline, which comes alone.
        if isUsable { PQclear(nextResult()) }

        if begin == nil { return answer }
        if Session.hasSucceeded(begun) {
            transaction = .open
            PQclear(begun)
        } else {
            PQclear(answer.statement)
            answer.statement = begun
        }
        return answer
    }

    private func sendAlone(_ text: String) -> Bool {
        PQsendQueryParams(connection, text, 0, nil, nil, nil, nil, 0) == 1
    }
}
