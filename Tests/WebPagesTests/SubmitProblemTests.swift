import Foundation
import JobSubmission
import Jobs
import Postgres
import TestSupport
import Testing

@Suite("What is wrong with a submission stands beside its field", .database, .timeLimit(.minutes(10)))
struct SubmitProblemTests {
    @Test(
        "The field that is wrong is named, and what was typed is kept",
        arguments: [
            ("n_estimators", "many"), ("max_depth", "-2"), ("data", "nonsense"), ("target", "no-such-column"),
            ("features", "age,no-such-column"), ("test_size", "2.5"), ("split_seed", "-1"), ("alias", "latest"),
            ("register", "a/b"), ("if_better", "goodness"), ("tag", "novalue"), ("queue", "no such queue"),
            ("priority", "99999"), ("delay", "soon"), ("at", "soon"), ("at", "2030-02-30"),
            ("categorical", "no-such-column"), ("timeout", "0"), ("after", "x"), ("after", "999"),
            ("shards", "0"), ("sample", "4"), ("sample_seed", "x"), ("model_name", "a.png"),
            ("sample_weight", "no-such-column"), ("monotonic_cst", "1:2"),
        ]
    )
    func problems(field: String, value: String) async throws {
        try await PageServer.with { server in
            let answer = try await server.submit(
                [
                    field: value, "run_name": "<kept> & \"kept\"",
                    ["alias", "if_better"].contains(field) ? "register" : "unique": "forest",
                    field == "if_better" ? "alias" : "unused": "champion",
                ],
                to: "/submit/train",
                from: "/submit/train"
            )
            #expect(answer.status == 400)
            #expect(answer.body.contains("id=\"field-\(field)-problem\""))
            #expect(answer.body.matches(of: /id="field-[^"]*-problem"/).count == 1)
            #expect(answer.body.contains("value=\"&lt;kept&gt; &amp; &quot;kept&quot;\""))
            #expect(try await JobStore(pool: server.pool).list(limit: 1).isEmpty)
        }
    }

    @Test("A job starts at a time that is given, and a time and a delay exclude each other")
    func start() async throws {
        try await PageServer.with { server in
            let both = try await server.submit(
                ["at": "2030-01-31T08:00:00Z", "delay": "5"],
                to: "/submit/train",
                from: "/submit/train"
            )
            #expect(both.status == 400)
            #expect(both.body.contains("id=\"field-at-problem\">give a time or a delay in minutes, not both"))
            let answer = try await server.submit(
                ["at": " 2030-01-31T09:00:00+01:00 "],
                to: "/submit/train",
                from: "/submit/train"
            )
            #expect(answer.status == 303, "\(answer.body)")
            let job = try #require(try await JobStore(pool: server.pool).list(limit: 1).first)
            #expect(job.state == .scheduled)
            #expect(job.scheduledAt == Date(timeIntervalSince1970: 1_896_076_800))
        }
    }

    @Test("A link fills the form in, escaped")
    func link() async throws {
        try await PageServer.with { server in
            let page = try await server.get(
                "/submit/train?n-estimators=50,100&run-name=%22%3E%3Cb%3E&tag=a=1&tag=b=2&data=table:public.houses"
            ).body
            #expect(page.contains("value=\"50,100\"") && page.contains("value=\"table:public.houses\""))
            #expect(page.contains("value=\"&quot;&gt;&lt;b&gt;\"") && !page.contains("<b>\""))
            #expect(page.contains("a=1\nb=2</textarea>"))
            let predict = try await server.get("/submit/predict?model=models:/forest@champion&rows=0..%3C5").body
            #expect(predict.contains("value=\"models:/forest@champion\"") && predict.contains("value=\"0..&lt;5\""))
        }
    }
}
