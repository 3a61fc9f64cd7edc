#!/usr/bin/env python3
"""Trains and predicts with Coppice's `bench` and its peers, and prints processor seconds; see Benchmarks/forest.

Each measurement is a process of its own with one thread, so that no library's threads or caches disturb another, and
the least of several runs counts: wall time says more about the machine's other guests than about the library.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

# name, data, task, parameters
CASES = [
    ("diabetes, quick start", "diabetes", "regression", {"max_depth": 5}),
    ("gems, depth 5", "gems", "regression", {"max_depth": 5}),
    ("gems, unlimited", "gems", "regression", {}),
    ("gems, a third of the features", "gems", "regression", {"max_features": 0.34}),
    ("bikes, unlimited", "bikes", "regression", {}),
    ("friedman1, depth 5", "friedman1", "regression", {"max_depth": 5}),
    ("friedman1, a third of the features", "friedman1", "regression", {"max_features": 0.34, "n_estimators": 20}),
    ("million, depth 5", "million", "regression", {"max_depth": 5, "n_estimators": 20}),
    ("digits", "digits", "classification", {}),
    ("classes", "classes", "classification", {"n_estimators": 20}),
]
# Tables of other kinds, for --shapes.
SHAPES = [
    ("homes, unlimited", "homes", "regression", {}),
    ("homes, depth 5", "homes", "regression", {"max_depth": 5}),
    ("covers, unlimited", "covers", "classification", {}),
    ("covers, depth 5", "covers", "classification", {"max_depth": 5}),
    ("covers, all features, depth 8", "covers", "classification", {"max_depth": 8, "max_features": 1.0}),
    ("words, unlimited", "words", "classification", {}),
    ("words, all features, depth 8", "words", "classification", {"max_depth": 8, "max_features": 1.0}),
    ("letters, unlimited", "letters", "classification", {}),
    ("gaps, unlimited", "gaps", "regression", {}),
    ("gaps, depth 5", "gaps", "regression", {"max_depth": 5}),
    ("gaps of classes, unlimited", "gaps_classes", "classification", {}),
]
# Seconds after which a peer is left out; LightGBM and XGBoost are not made for trees of unlimited depth.
LONGEST = 20
PEERS = ["scikit-learn", "intelex", "lightgbm", "xgboost", "ydf", "ranger"]
SINGLE = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench")
    parser.add_argument("--data")
    parser.add_argument("--quick", action="store_true", help="one run each, at most 10 trees")
    parser.add_argument("--shapes", action="store_true", help="tables of other kinds")
    parser.add_argument("--only", help="names of data sets, separated by commas")
    parser.add_argument("--quality", action="store_true", help="errors of hist and exact over ten seeds, no times")
    parser.add_argument("--peer", help=argparse.SUPPRESS)
    parser.add_argument("--case", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peer:
        print(json.dumps(PEER[options.peer](*json.loads(options.case), options.data)))
        return
    if options.quality:
        quality(options)
        return
    print(f"{'case':36}{'library':>14}{'fit':>9}{'ours ×':>8}{'predict':>9}{'ours ×':>8}{'score':>9}")
    for name, data, task, parameters in SHAPES if options.shapes else CASES:
        if options.only and data not in options.only.split(","):
            continue
        parameters = {"n_estimators": 100} | parameters
        if options.quick:
            parameters["n_estimators"] = min(10, parameters["n_estimators"])
        compare(name, data, task, parameters, options)


def compare(name, data, task, parameters, options):
    repeats = 1 if options.quick else 3
    ours = {}
    for splitter in ("exact", "hist"):
        runs = [bench(data, task, parameters | {"splitter": splitter}, options) for _ in range(repeats)]
        ours[splitter] = least(runs)
        report(name, "ours, " + splitter, ours[splitter], ours[splitter])
    best = {key: min(o[key] for o in ours.values()) for key in ("fit", "predict")}
    for peer in PEERS:
        runs = []
        for _ in range(repeats):
            result = run_peer(peer, data, task, parameters, options)
            if result is None:
                break
            runs.append(result)
        if not runs:
            print(f"{name:36}{peer:>14}   left out")
        else:
            # The same trees are compared with the same trees, other forests with our fastest.
            report(name, peer, least(runs), ours["exact"] if peer == "scikit-learn" else best)


# data, task, trees, depths: few trees where there are many rows.
QUALITY = [
    ("diabetes", "regression", 100, (5, None)),
    ("gems", "regression", 20, (5, None)),
    ("bikes", "regression", 20, (5, None)),
    ("friedman1", "regression", 10, (5, None)),
    ("million", "regression", 5, (5,)),
    ("iris", "classification", 100, (None,)),
    ("wine", "classification", 100, (None,)),
    ("breast_cancer", "classification", 100, (5, None)),
    ("digits", "classification", 100, (5, None)),
    ("classes", "classification", 20, (5, None)),
]


def quality(options):
    """Whether hist predicts as well as exact: the mean error over ten seeds, in standard deviations of exact's.

    The error is the root mean square, or the share of wrong classes.
    """
    import numpy as np

    print(f"{'data':12}{'depth':>6}{'trees':>6}{'exact':>10}{'sd':>9}{'hist':>10}{'sd':>9}{'apart, in sd':>14}")
    for data, task, trees, depths in QUALITY:
        if options.only and data not in options.only.split(","):
            continue
        actual = load(options.data, data, "test")[1]
        for depth in depths:
            errors = {}
            for splitter in ("exact", "hist"):
                parameters = {"n_estimators": trees, "max_depth": depth, "splitter": splitter}
                runs = [bench(data, task, parameters | {"seed": seed}, options) for seed in range(10)]
                unexplained = np.array([1 - run["score"] for run in runs])
                errors[splitter] = unexplained if task == "classification" else np.sqrt(unexplained * actual.var())
            exact, hist = errors["exact"], errors["hist"]
            spread = max(exact.std(ddof=1), 1e-12)
            print(
                f"{data:12}{str(depth):>6}{trees:6}{exact.mean():10.5g}{spread:9.2g}{hist.mean():10.5g}"
                f"{hist.std(ddof=1):9.2g}{(hist.mean() - exact.mean()) / spread:14.2f}",
                flush=True,
            )


def least(runs):
    return {key: min(run[key] for run in runs) for key in ("fit", "predict", "score")}


def report(name, library, result, ours):
    fit, predict = result["fit"], result["predict"]
    ratios = f"{fit / ours['fit']:8.2f}", f"{predict / max(ours['predict'], 1e-9):8.2f}"
    print(f"{name:36}{library:>14}{fit:9.3f}{ratios[0]}{predict:9.4f}{ratios[1]}{result['score']:9.4f}", flush=True)


def bench(data, task, parameters, options):
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: os.path.join(folder, name) for name in ("P.json", "O.json", "predictions.txt")}
        settings = {"task": task, "seed": 0, "threads": 1, "bootstrap": True, "predictions_out": paths["predictions.txt"]}
        json.dump(settings | parameters, open(paths["P.json"], "w"))
        files = [os.path.join(options.data, f"{data}.{part}.csv") for part in ("train", "test")]
        subprocess.run(
            [options.bench, "forest", "--train", files[0], "--test", files[1], "--params", paths["P.json"], "--out", paths["O.json"]],
            check=True,
        )
        result = json.load(open(paths["O.json"]))
        import numpy as np

        predictions = np.loadtxt(paths["predictions.txt"])
        return {
            "fit": result["fit_cpu_s"],
            "predict": result["predict_cpu_s"],
            "score": score(task, load(options.data, data, "test")[1], predictions),
        }


def run_peer(peer, data, task, parameters, options):
    case = json.dumps([data, task, parameters])
    command = [sys.executable, __file__, "--peer", peer, "--case", case, "--data", options.data]
    try:
        done = subprocess.run(command, env=os.environ | SINGLE, capture_output=True, text=True, timeout=LONGEST)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode != 0:
        return None
    return json.loads(done.stdout.splitlines()[-1])


def load(folder, data, part):
    import numpy as np

    missing = lambda text: float(text) if text else np.nan
    table = np.loadtxt(
        os.path.join(folder, f"{data}.{part}.csv"), delimiter=",", skiprows=1, converters=missing if "gaps" in data else None
    )
    return np.asfortranarray(table[:, :-1], dtype=np.float32), table[:, -1]


def score(task, actual, predicted):
    if task == "classification":
        return float((actual == predicted).mean())
    return float(1 - ((actual - predicted) ** 2).sum() / ((actual - actual.mean()) ** 2).sum())


def measure(data, task, folder, fit, predict):
    X, y = load(folder, data, "train")
    Xt, yt = load(folder, data, "test")
    start = time.process_time()
    model = fit(X, y)
    fitted = time.process_time()
    predictions = predict(model, Xt)
    done = time.process_time()
    return {"fit": fitted - start, "predict": done - fitted, "score": score(task, yt, predictions)}


def scikit_learn(data, task, parameters, folder):
    from sklearn import ensemble

    estimator = ensemble.RandomForestClassifier if task == "classification" else ensemble.RandomForestRegressor
    fit = lambda X, y: estimator(n_jobs=1, random_state=0, **parameters).fit(X, y)
    return measure(data, task, folder, fit, lambda model, X: model.predict(X))


def intelex(data, task, parameters, folder):
    from sklearnex import patch_sklearn

    patch_sklearn(verbose=False)
    return scikit_learn(data, task, parameters, folder)


def feature_share(parameters, task, width):
    default = width**0.5 / width if task == "classification" else 1.0
    return parameters.get("max_features", default)


def lightgbm(data, task, parameters, folder):
    import lightgbm

    depth = parameters.get("max_depth")

    def fit(X, y):
        estimator = lightgbm.LGBMClassifier if task == "classification" else lightgbm.LGBMRegressor
        return estimator(
            boosting_type="rf",
            n_estimators=parameters["n_estimators"],
            max_depth=depth or -1,
            num_leaves=2**depth if depth else 100_000,
            min_child_samples=1,
            min_child_weight=0,
            subsample=0.632,
            subsample_freq=1,
            feature_fraction_bynode=feature_share(parameters, task, X.shape[1]),
            n_jobs=1,
            verbose=-1,
            random_state=0,
        ).fit(X, y)

    return measure(data, task, folder, fit, lambda model, X: model.predict(X))


def xgboost(data, task, parameters, folder):
    import xgboost

    def fit(X, y):
        estimator = xgboost.XGBRFClassifier if task == "classification" else xgboost.XGBRFRegressor
        return estimator(
            n_estimators=parameters["n_estimators"],
            max_depth=parameters.get("max_depth") or 0,
            max_bin=256,
            min_child_weight=0,
            reg_lambda=0,
            subsample=0.632,
            colsample_bynode=feature_share(parameters, task, X.shape[1]),
            n_jobs=1,
            random_state=0,
        ).fit(X, y)

    return measure(data, task, folder, fit, lambda model, X: model.predict(X))


def ydf(data, task, parameters, folder):
    import ydf

    def table(X, y=None):
        columns = {f"x{i}": X[:, i] for i in range(X.shape[1])}
        return columns if y is None else columns | {"target": y.astype(int) if task == "classification" else y}

    def fit(X, y):
        ydf.verbose(0)
        return ydf.RandomForestLearner(
            label="target",
            task=ydf.Task.CLASSIFICATION if task == "classification" else ydf.Task.REGRESSION,
            num_trees=parameters["n_estimators"],
            max_depth=parameters.get("max_depth", -1),
            min_examples=1,
            num_candidate_attributes_ratio=feature_share(parameters, task, X.shape[1]),
            winner_take_all=False,
            compute_oob_performances=False,
            num_threads=1,
        ).train(table(X, y))

    def predict(model, X):
        result = model.predict(table(X))
        if task == "regression":
            return result
        return (result > 0.5).astype(int) if result.ndim == 1 else result.argmax(axis=1)

    return measure(data, task, folder, fit, predict)


RANGER = """
library(ranger); a <- commandArgs(TRUE); P <- jsonlite::fromJSON(a[3]); set.seed(0)
train <- read.csv(a[1]); test <- read.csv(a[2])
if (a[4] == "classification") train$target <- factor(train$target)
d <- ncol(train) - 1
mtry <- if (!is.null(P$max_features)) max(1, floor(P$max_features * d)) else if (a[4] == "classification") floor(sqrt(d)) else d
cpu <- function(e) { t <- proc.time(); v <- force(e); list(v, sum((proc.time() - t)[1:2])) }
fit <- cpu(ranger(target ~ ., train, num.trees = P$n_estimators, mtry = mtry, min.node.size = 1,
  max.depth = if (is.null(P$max_depth)) 0 else P$max_depth, num.threads = 1, oob.error = FALSE))
p <- cpu(predict(fit[[1]], test, num.threads = 1)$predictions)
write.table(as.character(p[[1]]), a[5], row.names = FALSE, col.names = FALSE, quote = FALSE)
cat(fit[[2]], p[[2]], "\\n")
"""


def ranger(data, task, parameters, folder):
    import numpy as np

    files = [os.path.join(folder, f"{data}.{part}.csv") for part in ("train", "test")]
    with tempfile.NamedTemporaryFile() as out:
        command = ["Rscript", "-e", RANGER, *files, json.dumps(parameters), task, out.name]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        fit, predict = map(float, done.stdout.split()[-2:])
        return {"fit": fit, "predict": predict, "score": score(task, load(folder, data, "test")[1], np.loadtxt(out.name))}


PEER = {
    "scikit-learn": scikit_learn,
    "intelex": intelex,
    "lightgbm": lightgbm,
    "xgboost": xgboost,
    "ydf": ydf,
    "ranger": ranger,
}

if __name__ == "__main__":
    main()
