"""The same calls to MLflow's server and to ours, and what each answers.

    python3 differential.py record http://127.0.0.1:5000 answers.json    # an empty MLflow 3.17 server on PostgreSQL
    python3 differential.py check http://127.0.0.1:5001 answers.json     # an empty server of ours

Answers are normalised: ids get the name of the call that made them, times and random names a placeholder, and of an
error only the status and the code count. Where MLflow answers 5xx to a client's mistake, ours must answer 4xx. Needs
nothing but Python's standard library.
"""

import json
import sys
import urllib.error
import urllib.parse
import urllib.request

API = "/api/2.0/mlflow/"
TIMES = {
    "creation_time", "last_update_time", "creation_timestamp", "last_updated_timestamp", "creation_timestamp_ms",
    "last_updated_timestamp_ms",
}
SORTED = {"tags", "params", "metrics", "aliases", "latest_versions", "dataset_summaries", "files", "model_inputs"}
DROPPED = {"workspace", "message"}


class Session:
    """Makes calls in order and keeps their normalised answers."""

    def __init__(self, base):
        self.base = base
        self.answers = {}
        self.names = {}

    def raw(self, name, method, path, data=None, headers=None):
        headers = dict(headers or {})
        request = urllib.request.Request(self.base + path, data=data, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                status, kind, body = response.status, response.headers.get("Content-Type", ""), response.read()
        except urllib.error.HTTPError as error:
            status, kind, body = error.code, error.headers.get("Content-Type", ""), error.read()
        assert name not in self.answers, name
        parsed = None
        if "json" in kind:
            parsed = json.loads(body)
        answer = {"status": status}
        if status < 400:
            answer["body"] = parsed if parsed is not None else body.decode("utf-8", "replace")
        elif parsed is not None:
            answer["error_code"] = parsed.get("error_code")
        self.answers[name] = answer
        return parsed if parsed is not None else body

    def post(self, name, path, body, method="POST"):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.raw(name, method, API + path, data, {"Content-Type": "application/json"})

    def get(self, name, path, /, **query):
        text = urllib.parse.urlencode(query, doseq=True)
        return self.raw(name, "GET", API + path + ("?" + text if text else ""))

    def know(self, identifier, name):
        self.names[identifier] = name
        return identifier

    def normalise(self, value, key=None):
        if isinstance(value, dict):
            return {
                self.normalise(k): self.normalise(v, k) for k, v in value.items() if k not in DROPPED
            }
        if isinstance(value, list):
            items = [self.normalise(v, key) for v in value]
            return sorted(items, key=lambda v: json.dumps(v, sort_keys=True)) if key in SORTED else items
        if key in TIMES and isinstance(value, int):
            return "<time>"
        if key == "next_page_token":
            return "<token>"
        # MLflow's tables have no infinities; ours do.
        if key == "value" and value in ("Infinity", "-Infinity"):
            return sys.float_info.max if value == "Infinity" else -sys.float_info.max
        if isinstance(value, str):
            if value[:2] in ('[{', '{"'):
                return self.normalise(json.loads(value), key)
            for identifier, name in self.names.items():
                value = value.replace(identifier, f"<{name}>")
            return value if len(value) <= 100 else f"{value[:10]}… {len(value)} characters"
        return value


def experiments(s):
    s.get("default experiment", "experiments/get", experiment_id="0")
    created = s.post("create experiment", "experiments/create", {"name": "forests", "tags": [{"key": "a", "value": "1"}]})
    e = created["experiment_id"]
    s.post("create experiment again", "experiments/create", {"name": "forests"})
    s.get("get experiment", "experiments/get", experiment_id=e)
    s.get("get by name", "experiments/get-by-name", experiment_name="forests")
    s.get("get by unknown name", "experiments/get-by-name", experiment_name="nothing")
    s.get("get unknown experiment", "experiments/get", experiment_id="987654")
    s.get("get word experiment", "experiments/get", experiment_id="abc")
    s.post("set experiment tag", "experiments/set-experiment-tag", {"experiment_id": e, "key": "b", "value": "2"})
    s.post("change experiment tag", "experiments/set-experiment-tag", {"experiment_id": e, "key": "b", "value": "3"})
    s.post("long experiment tag", "experiments/set-experiment-tag", {"experiment_id": e, "key": "long", "value": "x" * 20001})
    s.post("bad experiment tag", "experiments/set-experiment-tag", {"experiment_id": e, "key": "a//b", "value": "x"})
    s.get("experiment with tags", "experiments/get", experiment_id=e)
    s.post("delete experiment tag", "experiments/delete-experiment-tag", {"experiment_id": e, "key": "b"})
    s.post("delete unknown experiment tag", "experiments/delete-experiment-tag", {"experiment_id": e, "key": "zz"})
    s.post("rename experiment", "experiments/update", {"experiment_id": e, "new_name": "woods"})
    s.get("renamed experiment", "experiments/get", experiment_id=e)
    other = s.post("create other", "experiments/create", {"name": "other", "artifact_location": "s3://bucket/folder"})["experiment_id"]
    s.get("other experiment", "experiments/get", experiment_id=other)
    s.post("delete other", "experiments/delete", {"experiment_id": other})
    s.post("delete other again", "experiments/delete", {"experiment_id": other})
    s.get("deleted experiment", "experiments/get", experiment_id=other)
    s.post("create in place of deleted", "experiments/create", {"name": "other"})
    s.post("rename deleted", "experiments/update", {"experiment_id": other, "new_name": "x"})
    s.post("run in deleted", "runs/create", {"experiment_id": other})
    s.post("restore other", "experiments/restore", {"experiment_id": other})
    s.post("restore other again", "experiments/restore", {"experiment_id": other})
    run = s.post("run in other", "runs/create", {"experiment_id": other, "run_name": "r", "start_time": 5})
    s.know(run["run"]["info"]["run_id"], "other run")
    s.get("run with location", "runs/get", run_id=run["run"]["info"]["run_id"])
    s.post("long name", "experiments/create", {"name": "n" * 501})
    s.post("fragment in location", "experiments/create", {"name": "frag", "artifact_location": "s3://b/x#y"})
    s.post("query in location", "experiments/create", {"name": "quer", "artifact_location": "s3://b/x?y=../.."})
    s.post("name in other alphabet", "experiments/create", {"name": "лес 🌲"})
    s.get("get other alphabet", "experiments/get-by-name", experiment_name="лес 🌲")
    return e


def runs(s, e):
    def create(name, /, **more):
        run = s.post(name, "runs/create", {"experiment_id": e, **more})["run"]["info"]["run_id"]
        return s.know(run, name)

    a = create("run a", run_name="a", start_time=1700000000123, user_id="ann", tags=[{"key": "k", "value": "v"}])
    b = create("run b", start_time=1700000001000, tags=[{"key": "mlflow.runName", "value": "b"}])
    s.post("two names", "runs/create", {"experiment_id": e, "run_name": "x", "tags": [{"key": "mlflow.runName", "value": "y"}]})
    create("same names", run_name="x", start_time=3, tags=[{"key": "mlflow.runName", "value": "x"}])
    s.post("run in unknown", "runs/create", {"experiment_id": "987654"})
    s.get("get run a", "runs/get", run_id=a)
    s.get("get by uuid", "runs/get", run_uuid=a)
    s.get("unknown run", "runs/get", run_id="f" * 32)
    s.get("odd run", "runs/get", run_id="../etc")
    for i, (value, step) in enumerate([(1.5, 0), (2.5, 1), (-1, 2), (0.25, 2)]):
        s.post(f"log metric {i}", "runs/log-metric", {"run_id": a, "key": "rmse", "value": value, "timestamp": 1700000000000 + i, "step": step})
    s.post("same metric again", "runs/log-metric", {"run_id": a, "key": "rmse", "value": 0.25, "timestamp": 1700000000003, "step": 2})
    s.post("metric by uuid", "runs/log-metric", {"run_uuid": a, "key": "r2", "value": 0.5, "timestamp": 7})
    s.post("text metric", "runs/log-metric", {"run_id": a, "key": "text", "value": "0.125", "timestamp": "7", "step": "3"})
    s.post("nan metric", "runs/log-metric", {"run_id": a, "key": "nan", "value": "NaN", "timestamp": 1})
    s.post("nested metric name", "runs/log-metric", {"run_id": a, "key": "a/b: c.d-e_f", "value": 1, "timestamp": 1})
    for name, key in {"climbing": "../x", "absolute": "/x", "doubled": "a//b", "dotted": "a/./b", "sharp": "a#b", "star": "a*b", "blank": " ", "trailing": "a/"}.items():
        s.post(f"{name} metric name", "runs/log-metric", {"run_id": a, "key": key, "value": 1, "timestamp": 1})
        s.post(f"{name} param name", "runs/log-parameter", {"run_id": a, "key": key, "value": "1"})
        s.post(f"{name} tag name", "runs/set-tag", {"run_id": a, "key": key, "value": "1"})
    s.post("long metric name", "runs/log-metric", {"run_id": a, "key": "m" * 251, "value": 1, "timestamp": 1})
    s.post("longest metric name", "runs/log-metric", {"run_id": a, "key": "m" * 250, "value": 1, "timestamp": 1})
    s.post("negative time", "runs/log-metric", {"run_id": a, "key": "neg", "value": 1, "timestamp": -1})
    s.post("metric of unknown run", "runs/log-metric", {"run_id": "f" * 32, "key": "m", "value": 1, "timestamp": 1})
    s.post("log param", "runs/log-parameter", {"run_id": a, "key": "depth", "value": "5"})
    s.post("same param", "runs/log-parameter", {"run_id": a, "key": "depth", "value": "5"})
    s.post("other value", "runs/log-parameter", {"run_id": a, "key": "depth", "value": "6"})
    s.post("empty param", "runs/log-parameter", {"run_id": a, "key": "empty", "value": ""})
    s.post("param without value", "runs/log-parameter", {"run_id": a, "key": "none"})
    s.post("long param", "runs/log-parameter", {"run_id": a, "key": "long", "value": "x" * 6001})
    s.post("long param name", "runs/log-parameter", {"run_id": a, "key": "p" * 251, "value": "1"})
    s.post("unicode param", "runs/log-parameter", {"run_id": a, "key": "wald", "value": "Wälder 🌲 \u0001 \\ \""})
    s.post("set tag", "runs/set-tag", {"run_id": a, "key": "t", "value": "1"})
    s.post("change tag", "runs/set-tag", {"run_id": a, "key": "t", "value": "2"})
    s.post("long tag", "runs/set-tag", {"run_id": a, "key": "long", "value": "x" * 8001})
    s.post("tag renames", "runs/set-tag", {"run_id": b, "key": "mlflow.runName", "value": "renamed"})
    s.post("delete tag", "runs/delete-tag", {"run_id": a, "key": "t"})
    s.post("delete tag again", "runs/delete-tag", {"run_id": a, "key": "t"})
    s.get("run a in full", "runs/get", run_id=a)
    s.get("run b renamed", "runs/get", run_id=b)
    s.post("finish", "runs/update", {"run_id": a, "status": "FINISHED", "end_time": 1700000005000, "run_name": "A"})
    s.post("status by number", "runs/update", {"run_id": b, "status": 4})
    s.post("unknown status", "runs/update", {"run_id": b, "status": "DONE"})
    s.post("unknown number", "runs/update", {"run_id": b, "status": 17})
    s.post("update nothing", "runs/update", {"run_id": b})
    s.post("update unknown", "runs/update", {"run_id": "f" * 32, "status": "FINISHED"})
    s.get("run a finished", "runs/get", run_id=a)
    s.post("delete run", "runs/delete", {"run_id": b})
    s.post("delete run again", "runs/delete", {"run_id": b})
    s.get("deleted run", "runs/get", run_id=b)
    for path, body in {
        "log-metric": {"key": "m", "value": 1, "timestamp": 1}, "log-parameter": {"key": "p", "value": "1"},
        "set-tag": {"key": "t", "value": "1"}, "delete-tag": {"key": "t"}, "update": {"status": "FINISHED"},
        "log-batch": {"tags": [{"key": "t", "value": "1"}]},
    }.items():
        s.post(f"{path} to deleted", f"runs/{path}", {"run_id": b, **body})
    s.post("delete unknown run", "runs/delete", {"run_id": "f" * 32})
    s.post("restore run", "runs/restore", {"run_id": b})
    s.post("restore run again", "runs/restore", {"run_id": b})
    s.get("restored run", "runs/get", run_id=b)
    return a, b


def batches(s, e, b):
    metric = {"key": "m", "value": 1.5, "timestamp": 10, "step": 1}
    s.post("batch", "runs/log-batch", {
        "run_id": b,
        "metrics": [metric, {**metric, "value": 2.5, "step": 2}, {"key": "n", "value": "-Infinity", "timestamp": 1}],
        "params": [{"key": "p", "value": "1"}, {"key": "q", "value": "2"}],
        "tags": [{"key": "t", "value": "x"}, {"key": "t", "value": "y"}],
    })
    s.get("after batch", "runs/get", run_id=b)
    s.post("empty batch", "runs/log-batch", {"run_id": b})
    s.post("batch of unknown run", "runs/log-batch", {"run_id": "f" * 32, "metrics": [metric]})
    s.post("batch changes param", "runs/log-batch", {"run_id": b, "params": [{"key": "p", "value": "9"}], "tags": [{"key": "u", "value": "1"}]})
    s.post("batch doubles param", "runs/log-batch", {"run_id": b, "params": [{"key": "z", "value": "1"}, {"key": "z", "value": "1"}]})
    s.get("batch was atomic", "runs/get", run_id=b)
    many = [{"key": f"k{i}", "value": i, "timestamp": 1} for i in range(1001)]
    s.post("too many metrics", "runs/log-batch", {"run_id": b, "metrics": many})
    s.post("most metrics", "runs/log-batch", {"run_id": b, "metrics": many[:1000]})
    pairs = [{"key": f"k{i}", "value": "1"} for i in range(101)]
    s.post("too many params", "runs/log-batch", {"run_id": b, "params": pairs})
    s.post("too many tags", "runs/log-batch", {"run_id": b, "tags": pairs})
    s.post("too many together", "runs/log-batch", {"run_id": b, "metrics": many[:950], "params": pairs[:60]})
    for field in ["key", "value", "timestamp"]:
        s.post(f"metric without {field}", "runs/log-batch", {"run_id": b, "metrics": [metric, {k: v for k, v in metric.items() if k != field}]})
    s.post("param without key", "runs/log-batch", {"run_id": b, "params": [{"value": "1"}]})
    s.post("tag without key", "runs/log-batch", {"run_id": b, "tags": [{"value": "1"}]})
    s.post("metric of text", "runs/log-batch", {"run_id": b, "metrics": [{**metric, "value": "many"}]})
    s.post("bad name in batch", "runs/log-batch", {"run_id": b, "metrics": [metric, {**metric, "key": "../x"}]})
    s.post("metrics no array", "runs/log-batch", {"run_id": b, "metrics": metric})


def bad_input(s, a):
    """Each field of each call missing, empty, null and of a wrong type."""
    calls = {
        "experiments/create": {"name": "bad"},
        "experiments/delete": {"experiment_id": "1"},
        "experiments/restore": {"experiment_id": "1"},
        "experiments/update": {"experiment_id": "1", "new_name": "x"},
        "experiments/set-experiment-tag": {"experiment_id": "1", "key": "k"},
        "experiments/delete-experiment-tag": {"experiment_id": "1", "key": "k"},
        "runs/update": {"run_id": a},
        "runs/delete": {"run_id": a},
        "runs/restore": {"run_id": a},
        "runs/log-metric": {"run_id": a, "key": "k", "value": 1, "timestamp": 1},
        "runs/log-parameter": {"run_id": a, "key": "k"},
        "runs/set-tag": {"run_id": a, "key": "k"},
        "runs/delete-tag": {"run_id": a, "key": "k"},
        "runs/log-batch": {"run_id": a},
        "registered-models/create": {"name": "bad"},
        "registered-models/rename": {"name": "bad", "new_name": "x"},
        "registered-models/set-tag": {"name": "bad", "key": "k"},
        "registered-models/alias": {"name": "bad", "alias": "x", "version": "1"},
        "model-versions/create": {"name": "bad", "source": "s3://x/y"},
        "model-versions/transition-stage": {"name": "bad", "version": "1", "stage": "Staging"},
        "model-versions/set-tag": {"name": "bad", "version": "1", "key": "k"},
        "logged-models": {"experiment_id": "1"},
    }
    for path, good in calls.items():
        for field in good:
            without = {k: v for k, v in good.items() if k != field}
            s.post(f"{path} without {field}", path, without)
            s.post(f"{path} with empty {field}", path, {**without, field: ""})
            s.post(f"{path} with null {field}", path, {**without, field: None})
            s.post(f"{path} with list {field}", path, {**without, field: ["x"]})
            s.post(f"{path} with object {field}", path, {**without, field: {"x": 1}})
            s.post(f"{path} with boolean {field}", path, {**without, field: True})
            if isinstance(good[field], str):
                s.post(f"{path} with number {field}", path, {**without, field: 17})
    good = calls["runs/log-metric"]
    for field, value in [("timestamp", 1.5), ("timestamp", "soon"), ("step", 1.0), ("step", 1.5), ("step", "x"), ("value", "x"), ("value", "1e3"), ("step", 1 << 63), ("value", 1e400)]:
        s.post(f"metric with {field} {value}", "runs/log-metric", {**good, "key": "odd", field: value})
    body = json.dumps(good).encode()
    headers = {"Content-Type": "application/json"}
    path = API + "runs/log-metric"
    s.raw("no body", "POST", path, b"", headers)
    s.raw("no json", "POST", path, b"{nothing", headers)
    s.raw("no text", "POST", path, b'{"run_id": "\xff\xfe"}', headers)
    s.raw("a list", "POST", path, b"[1]", headers)
    s.raw("a number", "POST", path, b"17", headers)
    s.raw("null", "POST", path, b"null", headers)
    s.raw("encoded twice", "POST", path, json.dumps(json.dumps({**good, "key": "twice"})).encode(), headers)
    s.raw("other content type", "POST", path, body, {"Content-Type": "text/plain"})
    s.raw("form", "POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})
    s.raw("charset", "POST", path, body, {"Content-Type": "application/json; charset=utf-8"})
    s.raw("unknown fields", "POST", path, json.dumps({**good, "nothing": {"x": [1]}}).encode(), headers)
    s.raw("camel case", "POST", path, json.dumps({**good, "runId": a}).encode(), headers)
    s.raw("field twice", "POST", path, body[:-1] + b', "key": "other"}', headers)
    for method in ["GET", "PUT", "DELETE", "PATCH"]:
        s.raw(f"{method} for POST", method, path, body if method != "GET" else None, headers)
    s.raw("POST for GET", "POST", API + "runs/get", b"{}", headers)
    s.raw("unknown call", "GET", API + "runs/nothing")
    s.raw("unknown api", "GET", "/api/9.0/mlflow/runs/get")
    s.raw("get without query", "GET", API + "runs/get")
    s.raw("page call", "GET", f"/ajax-api/2.0/mlflow/runs/get?run_id={a}")
    s.raw("health", "GET", "/health")


def searches(s):
    e = s.post("search experiment", "experiments/create", {"name": "searched"})["experiment_id"]
    for i, (name, rmse, depth, kind) in enumerate([
        ("alpha", 3.0, "5", "good"), ("beta", 1.0, "7", "bad"), ("gamma", 2.0, "5", None), ("delta", None, "9", "good"),
    ]):
        run = s.post(f"searched {name}", "runs/create", {"experiment_id": e, "run_name": name, "start_time": 1000 + i})
        run = s.know(run["run"]["info"]["run_id"], name)
        body = {"run_id": run, "params": [{"key": "depth", "value": depth}, {"key": "odd name", "value": "it's"}], "metrics": [], "tags": []}
        if rmse is not None:
            body["metrics"] = [{"key": "rmse", "value": rmse, "timestamp": 1}, {"key": "a/b", "value": -rmse, "timestamp": 1}]
        if kind is not None:
            body["tags"] = [{"key": "kind", "value": kind}]
        s.post(f"logged {name}", "runs/log-batch", body)
        s.post(f"inputs of {name}", "runs/log-inputs", {"run_id": run, "datasets": [{
            "tags": [{"key": "mlflow.data.context", "value": "train" if i % 2 else "test"}],
            "dataset": {"name": f"data{i % 2}", "digest": f"d{i % 2}", "source_type": "local", "source": "{}", "schema": "{}"},
        }]})
    s.post("finish alpha", "runs/update", {"run_id": run, "status": "FINISHED", "end_time": 2000})
    filters = [
        "", "metrics.rmse < 2.5", "metrics.rmse >= 2 and params.depth = '5'", "params.depth = '5'", "params.depth != '5'",
        "params.depth LIKE '_'", "params.depth ILIKE '5%'", "params.depth IN ('5', '7')", "params.depth NOT IN ('5')",
        "tags.kind = 'good'", "tags.kind IS NULL", "tags.kind IS NOT NULL", "tag.kind = 'bad'", "metric.rmse = 1",
        "param.`odd name` = \"it's\"", "metrics.`a/b` > -2.5", 'metrics."a/b" < 0', "attributes.status = 'RUNNING'",
        "status = 'FINISHED'", "attributes.run_name = 'alpha'", "run_name LIKE 'al%'", "attributes.start_time > 1001",
        "attributes.end_time = 2000", "attributes.artifact_uri LIKE 'mlflow%'", "attributes.user_id = ''",
        "datasets.name = 'data1'", "dataset.digest IN ('d0')", "datasets.context = 'train'",
        "tags.`mlflow.runName` = 'beta'", "metrics.rmse > 0 AND metrics.rmse < 2 AND tags.kind = 'bad'",
        "metrics.rmse != 1", "metrics.nothing > 0", "params.nothing = 'x'", "attributes.lifecycle_stage = 'active'",
        # Mistakes.
        "metrics.rmse < 'x'", "params.depth = 5", "params.depth < '5'", "metrics.rmse LIKE '1'", "nothing.x = 1",
        "metrics.rmse", "metrics.rmse <", "metrics.rmse < 1 or metrics.rmse > 2", "tags.kind = good", "attributes.nothing = 'x'",
        "metrics.rmse < 1; drop table runs", "params.depth IN ('5'", "params.depth IN (5)", "= 'x'", "'x'", "and", "(metrics.rmse < 2)",
        "metrics.rmse < 1 and", "start_time = 'x'", "datasets.nothing = 'x'", "datasets.name > 'a'", "status > 'A'", "tags.kind = 'a' 'b'",
    ]
    for text in filters:
        s.post(f"search {text}", "runs/search", {"experiment_ids": [e], "filter": text, "order_by": ["attributes.start_time ASC"]})
    orders = [
        ["metrics.rmse"], ["metrics.rmse DESC"], ["metrics.rmse ASC"], ["params.depth", "attributes.run_name DESC"], ["tags.kind"],
        ["attributes.start_time DESC"], ["start_time"], ["attributes.end_time"], ["run_name"], ["metrics.`a/b` DESC"],
        ["metrics.rmse UP"], ["nothing"], ["datasets.name"], ["metrics.rmse", "metrics.rmse"], [""],
    ]
    for order in orders:
        s.post(f"order {order}", "runs/search", {"experiment_ids": [e], "order_by": order})
    first = s.post("first page", "runs/search", {"experiment_ids": [e], "max_results": 3, "order_by": ["metrics.rmse"]})
    s.post("second page", "runs/search", {"experiment_ids": [e], "max_results": 3, "order_by": ["metrics.rmse"], "page_token": first["next_page_token"]})
    for name, more in {
        "no experiment": {"experiment_ids": []}, "unknown experiment": {"experiment_ids": ["987654"]}, "word experiment": {"experiment_ids": ["x"]},
        "deleted only": {"run_view_type": "DELETED_ONLY"}, "all views": {"run_view_type": "ALL"}, "no such view": {"run_view_type": "SOME"},
        "too many": {"max_results": 50001}, "none": {"max_results": 0}, "less than none": {"max_results": -1}, "bad token": {"page_token": "x"},
        "filter list": {"filter": ["x"]}, "order text": {"order_by": "metrics.rmse"}, "order of numbers": {"order_by": [1]},
    }.items():
        s.post(f"search {name}", "runs/search", {"experiment_ids": [e], "order_by": ["attributes.start_time ASC"], **more})


def history(s, a):
    s.get("history", "metrics/get-history", run_id=a, metric_key="rmse")
    first = s.get("history page", "metrics/get-history", run_id=a, metric_key="rmse", max_results=3)
    s.get("history next page", "metrics/get-history", run_id=a, metric_key="rmse", max_results=3, page_token=first["next_page_token"])
    s.get("history nothing", "metrics/get-history", run_id=a, metric_key="nothing")
    s.get("history nan", "metrics/get-history", run_id=a, metric_key="nan")
    s.get("history unknown run", "metrics/get-history", run_id="f" * 32, metric_key="rmse")
    s.get("history no key", "metrics/get-history", run_id=a)
    s.get("history none", "metrics/get-history", run_id=a, metric_key="rmse", max_results=0)
    s.get("history word", "metrics/get-history", run_id=a, metric_key="rmse", max_results="x")
    bulk = "metrics/get-history-bulk-interval"
    s.get("interval", bulk, run_ids=[a], metric_key="rmse")
    s.get("interval of two", bulk, run_ids=[a], metric_key="rmse", max_results=2)
    s.get("interval of one", bulk, run_ids=[a], metric_key="rmse", max_results=1)
    s.get("interval of steps", bulk, run_ids=[a], metric_key="rmse", start_step=1, end_step=2)
    s.get("interval backwards", bulk, run_ids=[a], metric_key="rmse", start_step=2, end_step=1)
    s.get("interval half", bulk, run_ids=[a], metric_key="rmse", start_step=2)
    s.get("interval none", bulk, run_ids=[a], metric_key="rmse", max_results=0)
    s.get("interval too many", bulk, run_ids=[a], metric_key="rmse", max_results=2501)
    s.get("interval no run", bulk, metric_key="rmse")
    s.get("interval unknown", bulk, run_ids=["f" * 32], metric_key="rmse")
    page = "/ajax-api/2.0/mlflow/metrics/get-history-bulk"
    s.raw("bulk", "GET", f"{page}?run_id={a}&metric_key=rmse")
    s.raw("bulk two", "GET", f"{page}?run_id={a}&metric_key=rmse&max_results=2")
    s.raw("bulk no run", "GET", f"{page}?metric_key=rmse")
    s.raw("bulk no key", "GET", f"{page}?run_id={a}")


def inputs(s, a):
    data = {"name": "d", "digest": "x", "source_type": "local", "source": "s"}
    s.post("log inputs", "runs/log-inputs", {"run_id": a, "datasets": [{"dataset": data, "tags": [{"key": "k", "value": "v"}]}]})
    s.post("log inputs again", "runs/log-inputs", {"run_id": a, "datasets": [{"dataset": data}]})
    s.post("inputs nothing", "runs/log-inputs", {"run_id": a})
    s.post("inputs of unknown", "runs/log-inputs", {"run_id": "f" * 32, "datasets": [{"dataset": data}]})
    for name, more in {"long name": {"name": "n" * 501}, "long digest": {"digest": "d" * 37}}.items():
        s.post(f"inputs {name}", "runs/log-inputs", {"run_id": a, "datasets": [{"dataset": {**data, **more}}]})
    s.get("run with inputs", "runs/get", run_id=a)
    s.post("log model 2", "runs/log-model", {"run_id": a, "model_json": json.dumps({"artifact_path": "m", "flavors": {"onnx": {}}, "run_id": a, "utc_time_created": "2026-01-01 00:00:00.000000"})})
    s.post("log no model", "runs/log-model", {"run_id": a, "model_json": "{"})
    s.post("log half a model", "runs/log-model", {"run_id": a, "model_json": "{}"})


def registry(s, a):
    def version(name, body):
        return s.post(name, "model-versions/create", body)

    s.post("create model", "registered-models/create", {"name": "rf", "description": "forest", "tags": [{"key": "k", "value": "v"}]})
    s.post("create model again", "registered-models/create", {"name": "rf"})
    for name in ["a/b", "a:b", " ", ".", "..", "x" * 257]:
        s.post(f"create model {name[:10]!r}", "registered-models/create", {"name": name})
    s.get("get model", "registered-models/get", name="rf")
    s.get("get unknown model", "registered-models/get", name="nothing")
    s.post("update model", "registered-models/update", {"name": "rf", "description": "trees"}, method="PATCH")
    s.post("update unknown model", "registered-models/update", {"name": "no", "description": "x"}, method="PATCH")
    version("version 1", {"name": "rf", "source": f"runs:/{a}/model", "run_id": a, "description": "first", "tags": [{"key": "q", "value": "1"}]})
    version("version 2", {"name": "rf", "source": f"mlflow-artifacts:/1/{a}/artifacts/model", "run_id": a})
    version("version 3", {"name": "rf", "source": "s3://bucket/model"})
    version("version of unknown model", {"name": "nothing", "source": "s3://bucket/model"})
    version("other run", {"name": "rf", "source": f"runs:/{'f' * 32}/model", "run_id": a})
    version("run unsaid", {"name": "rf", "source": f"runs:/{a}/model"})
    for name, source in {
        "local": "/etc/passwd", "file": "file:///etc/passwd", "relative": "model", "climbing": "s3://b/../c",
        "encoded": "s3://b/%2e%2e/c", "encoded twice": "s3://b/%252e%252e/c", "climbing artifacts": f"mlflow-artifacts:/1/{a}/artifacts/../../x",
        "foreign artifacts": "mlflow-artifacts:/9/other", "nul": "s3://b/%00",
    }.items():
        version(f"{name} source", {"name": "rf", "source": source, "run_id": a})
    s.get("get version", "model-versions/get", name="rf", version="1")
    s.get("get unknown version", "model-versions/get", name="rf", version="17")
    s.get("get word version", "model-versions/get", name="rf", version="x")
    s.get("version of unknown", "model-versions/get", name="no", version="1")
    s.post("update version", "model-versions/update", {"name": "rf", "version": "1", "description": "new"}, method="PATCH")
    s.get("download uri 1", "model-versions/get-download-uri", name="rf", version="1")
    s.get("download uri 2", "model-versions/get-download-uri", name="rf", version="2")
    s.get("download uri 3", "model-versions/get-download-uri", name="rf", version="3")
    s.post("set model tag", "registered-models/set-tag", {"name": "rf", "key": "x", "value": "1"})
    s.post("set tag of unknown", "registered-models/set-tag", {"name": "no", "key": "x", "value": "1"})
    s.post("delete model tag", "registered-models/delete-tag", {"name": "rf", "key": "x"}, method="DELETE")
    s.post("delete model tag again", "registered-models/delete-tag", {"name": "rf", "key": "x"}, method="DELETE")
    s.post("set version tag", "model-versions/set-tag", {"name": "rf", "version": "1", "key": "x", "value": "1"})
    s.post("set tag of no version", "model-versions/set-tag", {"name": "rf", "version": "17", "key": "x", "value": "1"})
    s.post("delete version tag", "model-versions/delete-tag", {"name": "rf", "version": "1", "key": "x"}, method="DELETE")
    s.post("delete version tag again", "model-versions/delete-tag", {"name": "rf", "version": "1", "key": "x"}, method="DELETE")
    s.post("set alias", "registered-models/alias", {"name": "rf", "alias": "champion", "version": "1"})
    s.post("move alias", "registered-models/alias", {"name": "rf", "alias": "champion", "version": "2"})
    for alias in ["latest", "v1", "a b", "a.b", "Latest", "x" * 256]:
        s.post(f"alias {alias[:10]!r}", "registered-models/alias", {"name": "rf", "alias": alias, "version": "1"})
    s.post("alias of no version", "registered-models/alias", {"name": "rf", "alias": "x", "version": "17"})
    s.post("alias of word", "registered-models/alias", {"name": "rf", "alias": "x", "version": "x"})
    s.get("get by alias", "registered-models/alias", name="rf", alias="champion")
    s.get("get by latest", "registered-models/alias", name="rf", alias="latest")
    s.get("get by unknown alias", "registered-models/alias", name="rf", alias="nobody")
    s.get("model with alias", "registered-models/get", name="rf")
    s.post("delete alias", "registered-models/alias", {"name": "rf", "alias": "champion"}, method="DELETE")
    s.post("delete alias again", "registered-models/alias", {"name": "rf", "alias": "champion"}, method="DELETE")
    s.post("to staging", "model-versions/transition-stage", {"name": "rf", "version": "1", "stage": "staging"})
    s.post("to production", "model-versions/transition-stage", {"name": "rf", "version": "2", "stage": "Production"})
    s.post("replace in staging", "model-versions/transition-stage", {"name": "rf", "version": "3", "stage": "Staging", "archive_existing_versions": True})
    s.post("to nowhere", "model-versions/transition-stage", {"name": "rf", "version": "1", "stage": "Nowhere"})
    s.post("archive for none", "model-versions/transition-stage", {"name": "rf", "version": "1", "stage": "None", "archive_existing_versions": True})
    s.post("latest versions", "registered-models/get-latest-versions", {"name": "rf"})
    s.get("latest in production", "registered-models/get-latest-versions", name="rf", stages=["Production"])
    s.get("latest nowhere", "registered-models/get-latest-versions", name="rf", stages=["Nowhere"])
    s.post("copy", "registered-models/create", {"name": "copy"})
    version("copied version", {"name": "copy", "source": "models:/rf/1", "run_id": a})
    version("copied unsaid", {"name": "copy", "source": "models:/rf/1"})
    version("copied wrong run", {"name": "copy", "source": "models:/rf/1", "run_id": "f" * 32})
    version("copied unknown", {"name": "copy", "source": "models:/rf/17"})
    s.get("copy's uri", "model-versions/get-download-uri", name="copy", version="1")
    s.post("delete version", "model-versions/delete", {"name": "rf", "version": "2"}, method="DELETE")
    s.post("delete version again", "model-versions/delete", {"name": "rf", "version": "2"}, method="DELETE")
    version("version 4", {"name": "rf", "source": "s3://bucket/model"})
    s.post("rename model", "registered-models/rename", {"name": "rf", "new_name": "forest"})
    s.post("rename to taken", "registered-models/rename", {"name": "forest", "new_name": "copy"})
    s.post("rename unknown", "registered-models/rename", {"name": "no", "new_name": "x"})
    s.post("rename to bad", "registered-models/rename", {"name": "forest", "new_name": "a/b"})
    s.get("renamed model", "registered-models/get", name="forest")
    s.post("delete model", "registered-models/delete", {"name": "copy"}, method="DELETE")
    s.post("delete model again", "registered-models/delete", {"name": "copy"}, method="DELETE")


def logged_models(s, e, a):
    def create(name, /, **more):
        model = s.post(name, "logged-models", {"experiment_id": e, **more})["model"]["info"]["model_id"]
        return s.know(model, name)

    m = create("model m", name="m", model_type="forest", source_run_id=a, params=[{"key": "p", "value": "1"}], tags=[{"key": "t", "value": "1"}])
    s.get("get logged model", f"logged-models/{m}")
    s.get("unknown logged model", "logged-models/m-" + "f" * 32)
    for name in ["a/b", "a.b", "a:b", "a%b"]:
        s.post(f"logged model {name}", "logged-models", {"experiment_id": e, "name": name})
    s.post("logged model in unknown", "logged-models", {"experiment_id": "987654", "name": "x"})
    s.post("finalize", f"logged-models/{m}", {"model_id": m, "status": "LOGGED_MODEL_READY"}, method="PATCH")
    s.post("finalize by number", f"logged-models/{m}", {"model_id": m, "status": 2}, method="PATCH")
    s.post("finalize without status", f"logged-models/{m}", {"model_id": m}, method="PATCH")
    s.post("set model tags", f"logged-models/{m}/tags", {"tags": [{"key": "t", "value": "2"}, {"key": "u", "value": "3"}]}, method="PATCH")
    s.raw("delete logged tag", "DELETE", f"{API}logged-models/{m}/tags/u")
    s.raw("delete logged tag again", "DELETE", f"{API}logged-models/{m}/tags/u")
    s.post("log model params", f"logged-models/{m}/params", {"model_id": m, "params": [{"key": "q", "value": "2"}]})
    s.post("metric of model", "runs/log-metric", {"run_id": a, "key": "auc", "value": 0.75, "timestamp": 3, "model_id": m, "dataset_name": "d", "dataset_digest": "x1"})
    s.get("model with metric", f"logged-models/{m}")
    s.post("version of model", "registered-models/create", {"name": "logged"})
    s.post("register logged", "model-versions/create", {"name": "logged", "source": f"models:/{m}", "model_id": m})
    s.get("registered logged", "model-versions/get-download-uri", name="logged", version="1")
    s.get("model with registration", f"logged-models/{m}")
    s.post("register other's", "model-versions/create", {"name": "logged", "source": "models:/m-" + "f" * 32, "model_id": m})
    s.get("list model artifacts", f"logged-models/{m}/artifacts/directories")
    s.raw("delete logged model", "DELETE", f"{API}logged-models/{m}")
    s.get("deleted logged model", f"logged-models/{m}")
    s.get("deleted allowed", f"logged-models/{m}", allow_deleted="true")


def other_searches(s, e):
    for name, query in {
        "all": {"max_results": 100, "order_by": ["name ASC"]}, "by name": {"max_results": 100, "filter": "name = 'woods'"},
        "like": {"max_results": 100, "filter": "name ILIKE '%OO%'", "order_by": ["name"]}, "by tag": {"max_results": 100, "filter": "tags.a = '1'"},
        "deleted": {"max_results": 100, "view_type": "DELETED_ONLY"}, "by number": {"max_results": 100, "view_type": 3, "order_by": ["experiment_id"]},
        "no limit": {}, "too many": {"max_results": 50001}, "bad filter": {"max_results": 10, "filter": "name > 'x'"},
        "bad order": {"max_results": 10, "order_by": ["nothing"]}, "bad token": {"max_results": 10, "page_token": "x"},
    }.items():
        s.post(f"experiments {name}", "experiments/search", query)
    s.get("experiments by query", "experiments/search", max_results=3, order_by=["name DESC"])
    for i in range(3):
        s.post(f"listed model {i}", "registered-models/create", {"name": f"listed{i}", "tags": [{"key": "k", "value": str(i % 2)}]})
        s.post(f"listed version {i}", "model-versions/create", {"name": f"listed{i}", "source": "s3://b/m", "tags": [{"key": "k", "value": str(i)}]})
    for name, query in {
        "like": {"filter": "name LIKE 'listed%'"}, "by tag": {"filter": "tags.k = '0'"}, "order": {"filter": "name LIKE 'listed%'", "order_by": ["name DESC"]},
        "page": {"filter": "name LIKE 'listed%'", "max_results": 2}, "too many": {"max_results": 1001}, "bad filter": {"filter": "version = 1"},
        "bad order": {"order_by": ["nothing"]}, "none": {"max_results": 0},
    }.items():
        s.get(f"models {name}", "registered-models/search", **query)
    for name, query in {
        "of model": {"filter": "name = 'listed1'"}, "by tag": {"filter": "tags.k = '2'"}, "in": {"filter": "name IN ('listed0', 'listed2')", "order_by": ["name ASC"]},
        "by run": {"filter": "run_id = 'nothing'"}, "by number": {"filter": "name LIKE 'listed%' and version_number = 1", "order_by": ["name"]},
        "too many": {"max_results": 200001}, "bad filter": {"filter": "stage = 'x'"}, "bad order": {"order_by": ["run_id"]},
    }.items():
        s.get(f"versions {name}", "model-versions/search", **query)
    for i in range(3):
        model = s.post(f"listed logged {i}", "logged-models", {"experiment_id": e, "name": f"l{i}", "params": [{"key": "p", "value": str(i)}]})
        s.know(model["model"]["info"]["model_id"], f"listed logged {i}")
    for name, query in {
        "all": {"order_by": [{"field_name": "name"}]}, "by name": {"filter": "name = 'l1'"}, "by param": {"filter": "params.p = '2'"},
        "descending": {"order_by": [{"field_name": "name", "ascending": False}]}, "page": {"max_results": 2, "order_by": [{"field_name": "name"}]},
        "bad filter": {"filter": "nothing.x = 1"}, "bad order": {"order_by": [{"field_name": "nothing"}]}, "by metric": {"filter": "metrics.auc > 0.5"},
    }.items():
        s.post(f"logged models {name}", "logged-models/search", {"experiment_ids": [e], **query})
    s.post("logged models of nothing", "logged-models/search", {"filter": "name = 'l1'"})


def artifacts(s, e, a):
    api = "/api/2.0/mlflow-artifacts/artifacts"
    root = f"{api}/{e}/{a}/artifacts"
    s.raw("put", "PUT", f"{root}/plots/a.txt", b"hello", {"Content-Type": "text/plain"})
    s.raw("put again", "PUT", f"{root}/plots/a.txt", b"hello, world")
    s.raw("put empty", "PUT", f"{root}/empty.txt", b"")
    s.raw("put blank", "PUT", f"{root}/a%20b.txt", b"x")
    s.raw("get", "GET", f"{root}/plots/a.txt")
    s.raw("get blank", "GET", f"{root}/a%20b.txt")
    s.raw("get range", "GET", f"{root}/plots/a.txt", headers={"Range": "bytes=7-11"})
    s.raw("get last", "GET", f"{root}/plots/a.txt", headers={"Range": "bytes=-5"})
    s.raw("get beyond", "GET", f"{root}/plots/a.txt", headers={"Range": "bytes=99-"})
    s.raw("get folder", "GET", f"{root}/plots")
    s.raw("list proxied", "GET", f"{api}?path={e}/{a}/artifacts")
    s.raw("list proxied folder", "GET", f"{api}?path={e}/{a}/artifacts/plots")
    s.raw("list proxied nothing", "GET", f"{api}?path={e}/{a}/artifacts/nothing")
    s.get("list run", "artifacts/list", run_id=a)
    s.get("list folder", "artifacts/list", run_id=a, path="plots")
    s.get("list nothing", "artifacts/list", run_id=a, path="nothing")
    s.get("list unknown run", "artifacts/list", run_id="f" * 32)
    s.raw("page's get", "GET", f"/get-artifact?run_id={a}&path=plots/a.txt")
    for name, path in {
        "dots": "../x", "encoded dots": "%2e%2e/x", "encoded slash": "..%2fx", "twice": "%252e%252e/x",
        "absolute": "%2fetc/passwd", "backslash": "..%5cx", "scheme": "file:///etc/passwd", "sharp": "a%23b",
    }.items():
        s.raw(f"page gets {name}", "GET", f"/get-artifact?run_id={a}&path={path}")
        s.raw(f"list {name}", "GET", f"{API}artifacts/list?run_id={a}&path={path}")
    s.raw("delete artifact", "DELETE", f"{root}/plots/a.txt")
    s.get("list after delete", "artifacts/list", run_id=a)
    s.raw("multipart", "POST", f"/api/2.0/mlflow-artifacts/mpu/create/{e}/{a}/artifacts", json.dumps({"path": "x", "num_parts": 2}).encode(), {"Content-Type": "application/json"})


def all_calls(base):
    s = Session(base)
    e = experiments(s)
    a, b = runs(s, e)
    batches(s, e, b)
    history(s, a)
    inputs(s, a)
    searches(s)
    registry(s, a)
    logged_models(s, e, a)
    artifacts(s, e, a)
    other_searches(s, e)
    bad_input(s, a)
    return {name: s.normalise(answer) for name, answer in s.answers.items()}


# Where ours answers otherwise by intent: the status that it must have, and why.
DELIBERATE = {
    "metric of text": (400, "MLflow logs what stands before the mistake and says that all is well"),
    "metric with step 1.5": (400, "MLflow drops the step and says that all is well"),
    "metric with step 9223372036854775808": (400, "MLflow drops the step and says that all is well"),
    "metric with timestamp 1.5": (400, "MLflow drops the time and says that all is well"),
    "runs/log-metric with boolean timestamp": (400, "MLflow drops the time and says that all is well"),
    "runs/log-metric with boolean value": (400, "MLflow drops the value and says that all is well"),
    "create model 'xxxxxxxxxx'": (400, "MLflow leaves the limit to its database, and has no code for it"),
    "list backslash": (400, "a backslash climbs on some systems"),
    "page gets backslash": (400, "a backslash climbs on some systems"),
    "models none": (400, "MLflow gives a token to the same empty page, for ever"),
    "history word": (400, "MLflow takes no number for no limit"),
    "list after delete": (200, "ours has no empty folders"),
}


def is_same(want, have):
    if have is None:
        return False
    if want["status"] >= 500:
        return 400 <= have["status"] < 500 or want["status"] == have["status"]
    if "error_code" in want or want["status"] < 400:
        # A page of text has no code.
        return want == have or (want["status"] == have["status"] >= 400 and want["error_code"] is None)
    return want["status"] == have["status"]


def differences(expected, found):
    for name, want in expected.items():
        have = found.get(name)
        if name in DELIBERATE:
            if have is None or have["status"] != DELIBERATE[name][0]:
                yield name, want, have
        elif not is_same(want, have):
            yield name, want, have


def main():
    mode, base, path = sys.argv[1:]
    found = all_calls(base.rstrip("/"))
    if mode == "record":
        with open(path, "w") as file:
            lines = [f"{json.dumps(name)}: {json.dumps(answer, sort_keys=True)}" for name, answer in found.items()]
            file.write("{\n" + ",\n".join(lines) + "\n}\n")
        print(f"{len(found)} answers recorded")
        return 0
    with open(path) as file:
        expected = json.load(file)
    count = 0
    for name, want, have in differences(expected, found):
        count += 1
        print(f"{name}:\n  MLflow: {json.dumps(want, sort_keys=True)[:2000]}\n  ours:   {json.dumps(have, sort_keys=True)[:2000]}")
    print(f"{len(expected)} calls, {count} answers differ")
    return 1 if count or len(expected) != len(found) else 0


sys.exit(main())
