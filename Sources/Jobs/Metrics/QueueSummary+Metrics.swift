public import Prometheus

extension QueueSummary {
    /// Queues as metrics: the same whichever worker or server tells them.
    public static func families(of queues: [QueueSummary]) -> [MetricFamily] {
        var jobs = MetricFamily("coppice_jobs", .gauge, help: "Live jobs by queue and state.")
        var age = MetricFamily(
            "coppice_queue_oldest_claimable_age_seconds",
            .gauge,
            help: "How long the job that has been claimable for longest has been; 0 where none is."
        )
        var rate = MetricFamily(
            "coppice_queue_finished_jobs_per_minute",
            .gauge,
            help: "Jobs that ended, a minute, over the last five."
        )
        var paused = MetricFamily("coppice_queue_paused", .gauge, help: "1 where no worker takes jobs from the queue.")
        for queue in queues {
            jobs.add(Double(queue.waiting), ["queue": queue.name, "state": JobState.waiting.rawValue])
            jobs.add(Double(queue.scheduled), ["queue": queue.name, "state": JobState.scheduled.rawValue])
            jobs.add(Double(queue.queued), ["queue": queue.name, "state": JobState.queued.rawValue])
            jobs.add(Double(queue.running), ["queue": queue.name, "state": JobState.running.rawValue])
            age.add((queue.oldestAge ?? .zero) / .seconds(1), ["queue": queue.name])
            rate.add(queue.finishedPerMinute, ["queue": queue.name])
            paused.add(queue.pausedAt == nil ? 0 : 1, ["queue": queue.name])
        }
        return [jobs, age, rate, paused]
    }
}
