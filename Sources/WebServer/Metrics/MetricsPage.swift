internal import Access
internal import HTTPTypes
internal import Hummingbird
internal import Jobs
internal import MLflowAPI
internal import Prometheus

/// `/metrics`, for Prometheus: how full the queues are, and what the server itself does.
struct MetricsPage {
    let requests: RequestStatistics
    let queues: QueueMetrics

    func add(to router: Router<APIContext>) {
        router.get("/metrics") { _, context in
            try context.require(.read)
            let text = PrometheusText.render(requests.families + (await queues.families()))
            return Response(
                status: .ok,
                headers: [.contentType: PrometheusText.contentType, .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: text))
            )
        }
    }
}
