import Testing

@testable import Prometheus

@Suite("Prometheus' text format")
struct PrometheusTextTests {
    @Test("A gauge with labels has its help, its type and a line for each value")
    func gauge() {
        var jobs = MetricFamily("coppice_jobs", .gauge, help: "Live jobs.")
        jobs.add(3, ["queue": "default", "state": "queued"])
        jobs.add(0.5, [:])
        #expect(
            PrometheusText.render([jobs]) == """
                # HELP coppice_jobs Live jobs.
                # TYPE coppice_jobs gauge
                coppice_jobs{queue="default",state="queued"} 3
                coppice_jobs 0.5

                """
        )
    }

    @Test("The buckets of a histogram count all that is at most as large as their bound")
    func histogram() {
        var histogram = Histogram(bounds: [0.5, 10])
        for value in [0.25, 0.5, 3, 11, 100] { histogram.observe(value) }
        var family = MetricFamily("d_seconds", .histogram, help: "D.")
        family.add(histogram, ["kind": "train"])
        #expect(
            PrometheusText.render([family]) == """
                # HELP d_seconds D.
                # TYPE d_seconds histogram
                d_seconds_bucket{kind="train",le="0.5"} 2
                d_seconds_bucket{kind="train",le="10"} 3
                d_seconds_bucket{kind="train",le="+Inf"} 5
                d_seconds_sum{kind="train"} 114.75
                d_seconds_count{kind="train"} 5

                """
        )
    }

    @Test("Help texts and labels are escaped, each in its way")
    func escapes() {
        var family = MetricFamily("a", .counter, help: "A \"b\" \\ c\nd")
        family.add(1, ["x": "a\"b\\c\nd"])
        let text = PrometheusText.render([family])
        #expect(text.contains("# HELP a A \"b\" \\\\ c\\nd\n"))
        #expect(text.contains("a{x=\"a\\\"b\\\\c\\nd\"} 1\n"))
    }

    @Test(
        "Numbers that are none, infinite or large",
        arguments: [
            (Double.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (-0.0, "0"), (1e300, "1e+300"),
            (1e-7, "1e-07"),
            (123_456_789_012, "123456789012"),
        ]
    )
    func numbers(value: Double, text: String) {
        var family = MetricFamily("a", .gauge, help: "A.")
        family.add(value)
        #expect(PrometheusText.render([family]).hasSuffix("\na \(text)\n"))
    }

    @Test("A family without a value is left out")
    func empty() {
        #expect(PrometheusText.render([MetricFamily("a", .gauge, help: "A.")]).isEmpty)
    }
}
