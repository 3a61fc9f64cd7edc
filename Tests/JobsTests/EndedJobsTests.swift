import Testing

@testable import Jobs

@Suite("Announcing the ends of jobs", .timeLimit(.minutes(10)))
struct EndedJobsTests {
    @Test("Jobs that end after an announcement share the next one, and a worker that stops does not wait for it")
    func together() async {
        let ended = EndedJobs(pause: .seconds(3600))
        var announced: [[Job.ID]] = []
        let jobs = (1...3).map { Job.ID(rawValue: $0) }
        ended.insert(jobs[0])
        await ended.announce { these in
            if announced.isEmpty {
                ended.insert(jobs[1])
                ended.insert(jobs[2])
                ended.close()
            }
            announced.append(these)
        }
        #expect(announced == [[jobs[0]], [jobs[1], jobs[2]]])
    }

    @Test("After the pause what ended meanwhile is announced")
    func pause() async {
        let ended = EndedJobs(pause: .milliseconds(1))
        let jobs = (1...2).map { Job.ID(rawValue: $0) }
        var announced: [[Job.ID]] = []
        ended.insert(jobs[0])
        await ended.announce { these in
            announced.append(these)
            if announced.count == 1 { ended.insert(jobs[1]) } else { ended.close() }
        }
        #expect(announced == [[jobs[0]], [jobs[1]]])
    }
}
