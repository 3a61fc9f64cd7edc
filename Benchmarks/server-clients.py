"""How many requests a second a server of MLflow's API answers: ours, MLflow's own, or another.

    python3 Benchmarks/server-clients.py http://127.0.0.1:5000 [--seconds 5]

Clients are processes with a connection of their own that stays open; each waits for an answer before it asks again.
Needs nothing but Python's standard library. The database should be empty, and it and the server on an idle machine.
"""

import argparse
import json
import multiprocessing
import socket
import time
import urllib.parse
import urllib.request

API = "/api/2.0/mlflow/"


class Connection:
    def __init__(self, base):
        self.host, self.port = base.hostname, base.port or 80
        self.socket = socket.create_connection((self.host, self.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""

    def request(self, method, path, body=None):
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
        return head.encode() + data

    def ask(self, request):
        self.socket.sendall(request)
        while b"\r\n\r\n" not in self.rest:
            self.rest += self.receive()
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        length = int(fields[b"content-length"])
        while len(self.rest) < length:
            self.rest += self.receive()
        body, self.rest = self.rest[:length], self.rest[length:]
        assert head.startswith(b"HTTP/1.1 200"), head + body
        return body

    def receive(self):
        data = self.socket.recv(1 << 20)
        assert data, "the server hung up"
        return data


def make_run(connection):
    answer = connection.ask(connection.request("POST", API + "runs/create", {"experiment_id": "0", "start_time": int(time.time() * 1000)}))
    return json.loads(answer)["run"]["info"]["run_id"]


def log_metric(connection, run, count):
    return connection.request("POST", API + "runs/log-metric", {"run_id": run, "key": "loss", "value": count * 0.5, "timestamp": 1700000000000 + count, "step": count})


def create_run(connection, run, count):
    return connection.request("POST", API + "runs/create", {"experiment_id": "0", "start_time": 1700000000000, "tags": [{"key": "a", "value": "b"}]})


def log_batch(connection, run, count):
    metrics = [{"key": f"m{i % 10}", "value": i * 0.5, "timestamp": 1700000000000 + i, "step": count * 100 + i // 10} for i in range(1000)]
    return connection.request("POST", API + "runs/log-batch", {"run_id": run, "metrics": metrics})


def get_run(connection, run, count):
    return connection.request("GET", f"{API}runs/get?run_id={run}")


def client(base, make, seconds, ready, results):
    connection = Connection(base)
    run = make_run(connection)
    for count in range(3):
        connection.ask(make(connection, run, count))
    ready.wait()
    times, count, end = [], 3, time.perf_counter() + seconds
    while (start := time.perf_counter()) < end:
        request = make(connection, run, count)
        start = time.perf_counter()
        connection.ask(request)
        times.append(time.perf_counter() - start)
        count += 1
    results.put(times)


def measure(base, name, make, clients, seconds, each=1, unit="requests"):
    ready, results = multiprocessing.Barrier(clients + 1), multiprocessing.Queue()
    processes = [multiprocessing.Process(target=client, args=(base, make, seconds, ready, results)) for _ in range(clients)]
    for process in processes:
        process.start()
    ready.wait()
    start = time.perf_counter()
    times = sorted(time for _ in processes for time in results.get())
    elapsed = time.perf_counter() - start
    for process in processes:
        process.join()
    middle, late = times[len(times) // 2] * 1000, times[int(len(times) * 0.95)] * 1000
    print(f"{name}, {clients} client{'s' if clients > 1 else ''}: {len(times) * each / elapsed:,.0f} {unit}/s, p50 {middle:.2f} ms, p95 {late:.2f} ms")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("--seconds", type=float, default=5)
    options = parser.parse_args()
    base = urllib.parse.urlparse(options.url)
    for clients in [1, 8]:
        measure(base, "log-metric", log_metric, clients, options.seconds)
    for clients in [1, 8]:
        measure(base, "create-run", create_run, clients, options.seconds)
    measure(base, "get-run", get_run, 1, options.seconds)
    measure(base, "log-batch of 1,000 metrics", log_batch, 1, options.seconds, each=1000, unit="metrics")
    measure(base, "log-batch of 1,000 metrics", log_batch, 4, options.seconds, each=1000, unit="metrics")


if __name__ == "__main__":
    main()
