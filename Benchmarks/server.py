"""Measures servers of MLflow's API on one PostgreSQL; `Benchmarks/server` prepares what this needs and says how to call it.

Clients are processes with a connection of their own that stays open; each waits for an answer before it asks again.
Needs nothing but Python's standard library.
"""

import argparse
import json
import multiprocessing
import os
import shutil
import signal
import socket
import statistics
import subprocess
import threading
import time
import urllib.parse

API = "/api/2.0/mlflow/"
PORT = 5977


class Connection:
    """A kept-alive HTTP connection."""

    def __init__(self):
        self.socket = socket.create_connection(("127.0.0.1", PORT))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""

    def ask(self, method, path, body=None, large=None):
        """The answer's body; `large` is how many bytes to send that need not exist at once."""
        data = b"" if body is None else json.dumps(body).encode()
        size = len(data) if large is None else large
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\nContent-Type: application/json\r\nContent-Length: {size}\r\n\r\n"
        self.socket.sendall(head.encode() + data)
        if large is not None:
            self.send(large)
        return self.answer()

    def send(self, size):
        block = os.urandom(1 << 20)
        for number in range(size >> 20):
            # No two chunks of a store are the same.
            self.socket.sendall(number.to_bytes(8, "big") + block[8:])

    def answer(self, keep=True):
        while b"\r\n\r\n" not in self.rest:
            self.rest += self.receive()
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        if fields.get(b"transfer-encoding") == b"chunked":
            return self.chunks(keep)
        body, length = [], int(fields.get(b"content-length", b"0"))
        while length > 0:
            data = self.rest or self.receive()
            self.rest, data = data[length:], data[:length]
            length -= len(data)
            if keep:
                body.append(data)
        assert head.split(b" ")[1] in (b"200", b"204"), head + b"".join(body)[:500]
        return b"".join(body)

    def chunks(self, keep):
        body = []
        while True:
            while b"\r\n" not in self.rest:
                self.rest += self.receive()
            size, self.rest = self.rest.split(b"\r\n", 1)
            length = int(size, 16) + 2
            while len(self.rest) < length:
                self.rest += self.receive()
            if keep:
                body.append(self.rest[: length - 2])
            self.rest = self.rest[length:]
            if length == 2:
                return b"".join(body)

    def receive(self):
        data = self.socket.recv(1 << 20)
        assert data, "the server hung up"
        return data

    def json(self, method, path, body=None):
        return json.loads(self.ask(method, API + path, body) or b"{}")


# Servers


def database(url, name):
    """The URI of a database of that name in the same cluster."""
    parts = urllib.parse.urlsplit(url)
    return f"postgresql://{parts.netloc}/{name}?{parts.query}"


class Server:
    def __init__(self, name, options):
        self.name = name
        self.folder = os.path.join(options.work, name)
        os.makedirs(self.folder, exist_ok=True)
        self.url = database(options.database, "bench_" + name)
        programs, environments = os.path.abspath(options.programs), os.path.abspath(options.environments)
        self.environment = dict(os.environ, MLFLOW_DISABLE_TELEMETRY="true", DATABASE_URL=self.url)
        if name == "coppice":
            self.command = [f"{programs}/coppice", "server", "--port", str(PORT)]
            self.prepare = [f"{programs}/coppice", "db", "migrate"]
        elif name == "mlflow":
            self.command = [
                f"{environments}/mlflow/bin/mlflow", "server", "--port", str(PORT),
                "--backend-store-uri", self.url.replace("postgresql://", "postgresql+psycopg2://"),
                "--artifacts-destination", self.folder + "/artifacts",
            ]  # fmt: skip
            self.environment["PATH"] = f"{environments}/mlflow/bin:" + os.environ["PATH"]
            self.prepare = [f"{environments}/mlflow/bin/mlflow", "db", "upgrade", self.url]
        else:
            self.command = [
                f"{environments}/fasttrackml/bin/fml", "server", "--listen-address", f"127.0.0.1:{PORT}",
                "--database-uri", self.url.replace("postgresql://", "postgres://"),
                "--default-artifact-root", self.folder + "/artifacts", "--log-level", "error",
            ]  # fmt: skip
            self.prepare = None

    def start(self):
        """Starts it, and returns how long it took until it answered."""
        log = open(self.folder + "/log", "ab")
        begin = time.perf_counter()
        self.process = subprocess.Popen(self.command, stdout=log, stderr=log, env=self.environment, cwd=self.folder, start_new_session=True)
        while True:
            try:
                connection = Connection()
                connection.json("GET", "experiments/get?experiment_id=0")
                return time.perf_counter() - begin
            except (OSError, AssertionError):
                assert self.process.poll() is None, open(self.folder + "/log").read()[-2000:]
                assert time.perf_counter() - begin < 120, "does not answer"
                time.sleep(0.002)

    def stop(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def memory(self):
        """Resident memory of it and its children, in MB."""
        pages = 0
        for entry in os.listdir("/proc"):
            try:
                if entry.isdigit() and os.getpgid(int(entry)) == self.process.pid:
                    pages += int(open(f"/proc/{entry}/statm").read().split()[1])
            except (OSError, IndexError):
                pass
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


# What clients do


def make_run(connection, experiment="0"):
    answer = connection.json("POST", "runs/create", {"experiment_id": experiment, "start_time": int(time.time() * 1000)})
    return answer["run"]["info"]["run_id"]


def log_metric(connection, run, count):
    connection.ask("POST", API + "runs/log-metric", {"run_id": run, "key": "loss", "value": count * 0.5, "timestamp": 1700000000000 + count, "step": count})


def create_run(connection, run, count):
    connection.ask("POST", API + "runs/create", {"experiment_id": "0", "start_time": 1700000000000, "tags": [{"key": "a", "value": "b"}]})


def get_run(connection, run, count):
    connection.ask("GET", f"{API}runs/get?run_id={run}")


def log_batch(connection, run, count):
    metrics = [{"key": f"m{i % 10}", "value": i * 0.5, "timestamp": 1700000000000 + i, "step": count * 100 + i // 10} for i in range(1000)]
    connection.ask("POST", API + "runs/log-batch", {"run_id": run, "metrics": metrics})


def client(act, seconds, ready, results):
    connection = Connection()
    run = make_run(connection)
    for count in range(3):
        act(connection, run, count)
    ready.wait()
    begin = time.perf_counter()
    times, count = [], 3
    while time.perf_counter() - begin < seconds:
        start = time.perf_counter()
        act(connection, run, count)
        times.append(time.perf_counter() - start)
        count += 1
    results.put((times, time.perf_counter() - begin))


def rate(act, clients, seconds):
    """Calls a second of all clients together."""
    ready, results = multiprocessing.Barrier(clients), multiprocessing.Queue()
    processes = [multiprocessing.Process(target=client, args=(act, seconds, ready, results)) for _ in range(clients)]
    for process in processes:
        process.start()
    answers = [results.get() for _ in processes]
    for process in processes:
        process.join()
    return sum(len(times) / elapsed for times, elapsed in answers)


def load(report, seconds):
    for clients in [1, 8]:
        report(f"log-metric, {clients} client{'s' * (clients > 1)}, requests/s", rate(log_metric, clients, seconds))
    for clients in [1, 8]:
        report(f"create-run, {clients} client{'s' * (clients > 1)}, requests/s", rate(create_run, clients, seconds))
    report("get-run, 1 client, requests/s", rate(get_run, 1, seconds))
    for clients in [1, 4]:
        report(f"log-batch of 1,000, {clients} client{'s' * (clients > 1)}, metrics/s", 1000 * rate(log_batch, clients, seconds))


def history(report):
    connection = Connection()
    run = make_run(connection)
    for batch in range(100):
        metrics = [{"key": "loss", "value": i * 0.5, "timestamp": 1700000000000 + i, "step": batch * 1000 + i} for i in range(1000)]
        connection.ask("POST", API + "runs/log-batch", {"run_id": run, "metrics": metrics})
    times = []
    for _ in range(3):
        start, count, token = time.perf_counter(), 0, ""
        while True:
            answer = connection.json("GET", f"metrics/get-history?run_id={run}&metric_key=loss&max_results=25000" + (f"&page_token={token}" if token else ""))
            count += len(answer["metrics"])
            token = urllib.parse.quote(answer.get("next_page_token", ""))
            if not token:
                break
        assert count == 100_000, count
        times.append(time.perf_counter() - start)
    report("history of 100,000 points in pages of 25,000, ms", statistics.median(times) * 1000)


def fill(experiment, numbers):
    connection = Connection()
    for i in numbers:
        created = {"experiment_id": experiment, "start_time": 1700000000000 + i * 1000, "run_name": f"run-{i}"}
        run = connection.json("POST", "runs/create", created)["run"]["info"]["run_id"]
        values = {"rmse": 50 + i * 7919 % 10007 / 1000.7, "mae": i % 97, "r2": i % 89 / 89, "accuracy": i % 83 / 83, "loss": i % 79}
        params = {"n_estimators": 50 * (1 + i % 10), "max_depth": 1 + i // 10 % 20, "rate": i % 31, "criterion": i % 3, "seed": i * 7919 % 1000003}
        body = {
            "run_id": run,
            "metrics": [{"key": key, "value": value, "timestamp": 1700000000000, "step": 0} for key, value in values.items()],
            "params": [{"key": key, "value": str(value)} for key, value in params.items()],
        }
        connection.ask("POST", API + "runs/log-batch", body)


def search(report, server, runs):
    connection = Connection()
    experiment = connection.json("POST", "experiments/create", {"name": "search"})["experiment_id"]
    parts = [range(part, runs, 8) for part in range(8)]
    processes = [multiprocessing.Process(target=fill, args=(experiment, part)) for part in parts]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    searches(report, server, experiment, f"{runs:,}")


def searches(report, server, experiment, size):
    connection = Connection()
    body = {
        "experiment_ids": [experiment], "filter": "metrics.rmse < 55 AND params.max_depth = '5'",
        "order_by": ["metrics.rmse ASC"], "max_results": 100,
    }  # fmt: skip
    times = []
    for number in range(105):
        start = time.perf_counter()
        answer = connection.json("POST", "runs/search", body)
        if number >= 5:
            times.append(time.perf_counter() - start)
        assert len(answer["runs"]) == 100
    times.sort()
    report(f"search among {size} runs, p50 ms", times[49] * 1000)
    report(f"search among {size} runs, p95 ms", times[94] * 1000)
    if server.name == "coppice":
        pages(report, experiment, size)
    start, count, token = time.perf_counter(), 0, None
    while True:
        body = {"experiment_ids": [experiment], "order_by": ["metrics.rmse ASC"], "max_results": 1000}
        if token:
            body["page_token"] = token
        answer = connection.json("POST", "runs/search", body)
        count += len(answer["runs"])
        token = answer.get("next_page_token")
        # A hundredth of a million tells.
        if not token or count >= 10_000:
            break
    report(f"paging through {count:,} of {size} runs by a metric, runs/s", count / (time.perf_counter() - start))


def pages(report, experiment, size):
    """Our web pages, as a browser without JavaScript asks for them."""
    connection = Connection()
    for what, path in [("runs table", f"/experiments/{experiment}"), ("home page", "/")]:
        times = []
        for number in range(55):
            start = time.perf_counter()
            connection.ask("GET", path)
            if number >= 5:
                times.append(time.perf_counter() - start)
        times.sort()
        report(f"{what} with {size} runs, p50 ms", times[24] * 1000)
        report(f"{what} with {size} runs, p95 ms", times[47] * 1000)


def artifacts(report, server, size):
    connection = Connection()
    run = make_run(connection)
    path = f"/api/2.0/mlflow-artifacts/artifacts/0/{run}/artifacts/large.bin"
    peak, running = [server.memory()], [True]

    def watch():
        while running[0]:
            peak.append(server.memory())
            time.sleep(0.05)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        start = time.perf_counter()
        connection.ask("PUT", path, large=size)
        up = time.perf_counter() - start
        start = time.perf_counter()
        connection.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\n\r\n".encode())
        connection.answer(keep=False)
        down = time.perf_counter() - start
    finally:
        running[0] = False
        watcher.join()
    report(f"artifact of {size >> 20:,} MB up, MB/s", size / up / 1e6)
    report(f"artifact of {size >> 20:,} MB down, MB/s", size / down / 1e6)
    report(f"memory before an artifact of {size >> 20:,} MB, MB", peak[0])
    report(f"memory during it at most, MB", max(peak))


MILLION = """
set session_replication_role = replica;
set search_path = coppice, pg_catalog;
insert into experiments (experiment_id, name) values (1000, 'million');
create temp table made as
with added as (
    insert into runs (run_id, experiment_id, name, status, user_id, started_at, ended_at)
    select md5('run' || i), 1000, 'run-' || i, 'FINISHED', 'ada',
        timestamptz '2025-01-01' + i * interval '10 seconds', timestamptz '2025-01-01' + i * interval '10 seconds 1 minute'
    from generate_series(1, 1000000) i returning run_no, started_at
) select * from added;
insert into params (run_no, key, value)
select run_no, key, case key when 'n_estimators' then (50 * (1 + run_no % 10))::text
    when 'max_depth' then (1 + (run_no / 10) % 20)::text when 'rate' then random()::text
    when 'criterion' then (run_no % 3)::text else (run_no * 7919 % 1000003)::text end
from made, unnest(array['n_estimators', 'max_depth', 'rate', 'criterion', 'seed']) key;
insert into latest_metrics (run_no, key, step, logged_at, value)
select run_no, key, 0, started_at, case key when 'rmse' then 50 + 10 * random() else random() end
from made, unnest(array['rmse', 'mae', 'r2', 'accuracy', 'loss']) key;
"""


def measure(server, options, report):
    if server.prepare and server.name == "coppice":
        subprocess.run(server.prepare, env=server.environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    # The first start makes the tables.
    server.start()
    if "start" in options.parts:
        times = []
        for _ in range(1 if server.name == "mlflow" else 5):
            server.stop()
            times.append(server.start())
        report("from start to first answer, ms", statistics.median(times) * 1000)
        report("memory idle, MB", server.memory())
    if "load" in options.parts:
        load(report, options.seconds)
        report("memory after the load, MB", server.memory())
    if "history" in options.parts:
        history(report)
    if "search" in options.parts:
        search(report, server, options.runs)
    if "artifacts" in options.parts:
        if server.name == "fasttrackml":
            print("fasttrackml has no artifact proxy", flush=True)
        else:
            artifacts(report, server, options.megabytes << 20)
    if options.million and server.name == "coppice":
        psql = [options.programs + "/coppice", "db", "psql", "--", "-q", "-v", "ON_ERROR_STOP=1", "-d", server.url]
        subprocess.run(psql, input=MILLION, text=True, check=True)
        for table in ["runs", "params", "latest_metrics"]:
            subprocess.run(psql + ["-c", f"vacuum analyze coppice.{table}"], check=True)
        searches(report, server, "1000", "1,000,000")
    server.stop()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", required=True)
    parser.add_argument("--environments", required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--only", default="start,load,history,search,artifacts")
    parser.add_argument("--peers", default="coppice,mlflow,fasttrackml")
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--megabytes", type=int, default=256)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--million", action="store_true")
    options = parser.parse_args()
    options.parts = options.only.split(",")
    names, table = options.peers.split(","), {}
    for name in names:
        server = Server(name, options)
        psql = [options.programs + "/coppice", "db", "psql", "--", "-q", "-d", options.database]
        subprocess.run(psql + ["-c", f"create database bench_{name}"], check=True)

        def report(what, value):
            table.setdefault(what, {})[name] = value
            print(f"{name}: {what}: {value:,.4g}" if value < 100 else f"{name}: {what}: {value:,.0f}", flush=True)

        try:
            measure(server, options, report)
        finally:
            if hasattr(server, "process") and server.process.poll() is None:
                server.stop()
            shutil.rmtree(server.folder, ignore_errors=True)
    print("\n| | " + " | ".join(names) + " |\n|---|" + "---|" * len(names))
    for what, values in table.items():
        cells = [f"{values[name]:,.1f}" if values.get(name, 100) < 100 else f"{values[name]:,.0f}" if name in values else "–" for name in names]
        print(f"| {what} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
