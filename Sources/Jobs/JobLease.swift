/// The proof that a worker owns a job: the fencing token that every write of the worker carries.
///
/// The attempt grows at each claim, so the lease of a worker that slept too long matches nothing any more.
public struct JobLease: Sendable, Hashable {
    public let job: Job.ID
    /// From 1.
    public let attempt: Int
    public let worker: Worker.ID

    public init(job: Job.ID, attempt: Int, worker: Worker.ID) {
        self.job = job
        self.attempt = attempt
        self.worker = worker
    }
}

/// A process that claims and runs jobs.
public enum Worker {
    /// Identifies a worker process; a restarted one is a new worker.
    public struct ID: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        public let rawValue: Int64
        public init(rawValue: Int64) { self.rawValue = rawValue }
        public var description: String { String(rawValue) }
    }

    /// What a worker tells about itself when it starts.
    public struct Registration: Sendable {
        public var name: String
        public var host: String
        public var processID: Int
        public var version: String
        public var queues: [String]
        public var concurrency: Int

        public init(
            name: String,
            host: String,
            processID: Int,
            version: String,
            queues: [String],
            concurrency: Int
        ) {
            self.name = name
            self.host = host
            self.processID = processID
            self.version = version
            self.queues = queues
            self.concurrency = concurrency
        }
    }
}
