internal import CLibPQ

extension ServerLink {
    /// Where a transaction stands, as far as the server does not say.
    enum Transaction {
        case none
        /// It begins with its first statement, in the same round trip.
        case pending(begin: String)
        case open
        /// Its last statement took the commit along.
        case ended(isCommitted: Bool)
    }

    /// What the server said to a statement, and to the commit that went with it. Both are the caller's to clear.
    struct Answer {
        /// The error of the `begin`, if that failed; nil: nothing was sent, or the connection was lost before.
        var statement: OpaquePointer?
        /// nil: it was not sent, or the connection was lost before. After a statement that failed, it says so.
        var commit: OpaquePointer?
        var isCommitSent = false
        /// Why what went along afterwards failed.
        var afterwardsState: SQLState?
    }

    /// Waits once for a statement, for the `begin` that is pending and for the `commit`: of the three round trips of a
    /// transaction with one statement, two are saved. After an error the server skips what follows, up to `afterwards`.
    func collectAnswer(
        commits: Bool,
        afterwards: (() -> Int32)? = nil,
        sending statement: () -> Int32
    ) -> Answer {
        var begin: String?
        if case .pending(let text) = transaction { begin = text }
        guard begin != nil || commits || afterwards != nil else {
            return Answer(statement: collectResult(afterSending: statement()))
        }

        guard PQenterPipelineMode(connection) == 1 else { return Answer() }
        defer { if PQexitPipelineMode(connection) == 0 { abandon() } }
        guard begin.map(sendAlone) ?? true, statement() == 1, !commits || sendAlone("commit"),
            PQpipelineSync(connection) == 1,
            afterwards.map({ $0() == 1 && PQpipelineSync(connection) == 1 }) ?? true
        else {
            // What was queued so far would go out with whatever comes next.
            abandon()
            return Answer(isCommitSent: commits)
        }
        var answer = Answer(isCommitSent: commits)
        if begin != nil {
            let begun = collectResult(afterSending: 1)
            if Session.hasSucceeded(begun) {
                transaction = .open
                PQclear(begun)
                answer.statement = collectResult(afterSending: 1)
            } else {
                PQclear(collectResult(afterSending: 1))
                answer.statement = begun
            }
        } else {
            answer.statement = collectResult(afterSending: 1)
        }
        switch PQresultStatus(answer.statement) {
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
            // It has no end here.
            abandon()
            return answer
        default: break
        }
        if commits { answer.commit = collectResult(afterSending: 1) }
        // A statement that is no part of a transaction is committed here, and that can fail.
        if let failed = endOfPipeline() {
            if Session.hasSucceeded(answer.statement), !commits {
                PQclear(answer.statement)
                answer.statement = failed
            } else {
                PQclear(failed)
            }
        }
        if afterwards != nil, isUsable {
            let last = collectResult(afterSending: 1)
            if !Session.hasSucceeded(last) { answer.afterwardsState = SQLState(of: last) }
            PQclear(last)
            PQclear(endOfPipeline())
        }
        return answer
    }

    /// Reads to the end of a pipeline; returns an error that came before it.
    private func endOfPipeline() -> OpaquePointer? {
        var failed: OpaquePointer?
        var wasEmpty = false
        while isUsable {
            guard let result = nextResult() else {
                // After an error comes nothing once, and then the end.
                if wasEmpty { break }
                wasEmpty = true
                continue
            }
            if PQresultStatus(result) == PGRES_PIPELINE_SYNC {
                PQclear(result)
                break
            }
            PQclear(failed)
            failed = result
        }
        return failed
    }

    private func sendAlone(_ text: String) -> Bool {
        PQsendQueryParams(connection, text, 0, nil, nil, nil, nil, 0) == 1
    }
}
