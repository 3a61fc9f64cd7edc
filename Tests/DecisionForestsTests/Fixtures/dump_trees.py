#!/usr/bin/env python3
"""Writes the fixtures of DecisionForestsTests: forests grown by scikit-learn, as digests and a few whole trees.

    python -m venv venv && venv/bin/pip install scikit-learn==1.9.1
    venv/bin/python dump_trees.py            # rewrites forests.json and data/*.csv beside this script

data/NAME.csv has a header, features, then `target`; an empty field is a missing value. A target of classes is one of
integers, and the number of classes stands in forests.json. forests.json holds, per case, the data set, the seed, the
parameters with scikit-learn's names, which weights the rows have (see `weights`), and per tree

  nodes       the number of nodes
  structure   64-bit FNV-1a over the little-endian bytes of every node, in order: feature (int32, -1 in a leaf), left
              and right child (int32, -1 in a leaf), threshold (float64, 0 in a leaf), missing goes left (1 byte, 0 in
              a leaf), distinct rows (int32), weight (float64)
  value       sum of (i % 97 + 1) * value[i] over all nodes' values, row-major
  impurity    the same over the impurities

and of the forest the same weighted sum over its predictions of the training rows (probabilities, row-major), its
importances, and its out-of-bag score where asked for. Cases marked `whole` also hold all arrays of the first tree.
"""
import json
import os
import struct
import warnings

import numpy as np
from sklearn import datasets
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = {}
CASES = []


def add_data():
    rng = np.random.RandomState(5)
    regression("diabetes", *datasets.load_diabetes(return_X_y=True))
    regression("friedman", *datasets.make_friedman1(400, n_features=8, noise=1, random_state=3))
    ties = rng.randint(0, 6, (300, 7)).astype(float)
    y = np.round(rng.randn(300) + ties[:, 0], 6)
    regression("ties", ties, y)
    regression("ties_counts", ties, np.floor(np.abs(y) * 2))
    regression("constants", np.c_[ties, np.ones(300), np.r_[np.zeros(290), np.ones(10)]], y)
    holes = np.where(rng.rand(300, 7) < 0.15, np.nan, ties)
    regression("missing_ties", holes, y)
    regression("missing_counts", holes, np.floor(np.abs(y) * 2))
    real = np.round(rng.randn(300, 5), 4)
    regression("missing_real", np.where(rng.rand(300, 5) < 0.2, np.nan, real), np.round(real[:, 0] + rng.randn(300), 5))
    # Values closer than 1e-7 count as equal.
    regression("near", rng.rand(200, 4) * 1e-6 + np.r_[np.zeros(100), np.ones(100)][:, None], rng.rand(200))
    # Many equal targets whose sums are not exact: rounding errors decide whether a node is pure.
    regression("capped", real, np.minimum(np.round(np.abs(rng.randn(300)) * 3, 3), 2.501))
    # Large nodes with equal values, whose order the trainer leaves open until a decision is close; in `twins` all are.
    wide = np.round(rng.rand(2500, 5), 3)
    y = np.round(10 * wide[:, 0] * wide[:, 1] + 5 * wide[:, 2] + rng.randn(2500), 5)
    regression("large", wide, y)
    regression("twins", np.c_[wide[:, :3], wide[:, 0]], np.minimum(y, 4.2))
    classification("iris", *datasets.load_iris(return_X_y=True))
    classification("wine", *datasets.load_wine(return_X_y=True))
    classification("breast_cancer", *datasets.load_breast_cancer(return_X_y=True))
    X, y = datasets.load_digits(return_X_y=True)
    classification("digits", X[:500], y[:500])
    few = rng.randint(0, 4, (250, 6)).astype(float)
    classification("class_ties", few, (few[:, 0] + few[:, 1] + rng.randint(0, 3, 250)) // 3)
    classification(
        "class_missing", np.where(rng.rand(250, 6) < 0.15, np.nan, few), few[:, 0] + rng.randint(0, 3, 250) > 3
    )


def regression(name, X, y):
    DATA[name] = (np.asarray(X, float), np.asarray(y, float), 0)


def classification(name, X, y):
    y = np.asarray(y, int)
    DATA[name] = (np.asarray(X, float), y, int(y.max()) + 1)


def weights(kind, n):
    """Row weights that the Swift side makes again: "thirds" 0, 1/3, 2/3, …, "counts" 0, 1, 2, 3, 0, …"""
    rows = np.arange(n)
    return {"thirds": rows * 7 % 11 / 3.0, "counts": (rows % 4).astype(float), None: None}[kind]


def checksum(values):
    values = np.ravel(values)
    return float(np.sum((np.arange(len(values)) % 97 + 1) * values))


def structure(tree):
    digest = 0xCBF29CE484222325
    for i in range(tree.node_count):
        leaf = tree.children_left[i] < 0
        node = struct.pack(
            "<iiidBid",
            -1 if leaf else tree.feature[i],
            tree.children_left[i],
            tree.children_right[i],
            0.0 if leaf else tree.threshold[i],
            0 if leaf else tree.missing_go_to_left[i],
            tree.n_node_samples[i],
            tree.weighted_n_node_samples[i],
        )
        for byte in node:
            digest = (digest ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{digest:016x}"


def whole(tree):
    leaf = tree.children_left < 0
    return {
        "feature": np.where(leaf, -1, tree.feature).tolist(),
        "threshold": ["inf" if np.isinf(v) else v for v in np.where(leaf, 0, tree.threshold).tolist()],
        "leftChild": tree.children_left.tolist(),
        "rightChild": tree.children_right.tolist(),
        "value": tree.value.ravel().tolist(),
        "sampleCount": tree.n_node_samples.tolist(),
        "weightedSampleCount": tree.weighted_n_node_samples.tolist(),
        "impurity": tree.impurity.tolist(),
    }


def case(data, seed, rows=None, keep=False, trees=2, **parameters):
    X, y, classes = DATA[data]
    estimator = RandomForestClassifier if classes else RandomForestRegressor
    forest = estimator(n_estimators=trees, random_state=seed, **parameters).fit(X, y, weights(rows, len(y)))
    predictions = forest.predict_proba(X) if classes else forest.predict(X)
    json_parameters = {"task": "classification" if classes else "regression", "n_estimators": trees}
    for name, value in parameters.items():
        if isinstance(value, dict):
            value = {str(label): weight for label, weight in value.items()}
        json_parameters[name] = value
    entry = {
        "data": data,
        "seed": seed,
        "classes": classes,
        "weights": rows,
        "parameters": json_parameters,
        "trees": [
            {
                "nodes": t.tree_.node_count,
                "structure": structure(t.tree_),
                "value": checksum(t.tree_.value),
                "impurity": checksum(t.tree_.impurity),
            }
            for t in forest.estimators_
        ],
        "predictions": checksum(predictions),
        "importances": forest.feature_importances_.tolist(),
    }
    if parameters.get("oob_score"):
        entry["outOfBagScore"] = float(forest.oob_score_)
    if keep:
        entry["whole"] = whole(forest.estimators_[0].tree_)
    CASES.append(entry)


def add_regressions(name):
    X, y, _ = DATA[name]
    signs = [(-1) ** i * (i % 3 > 0) for i in range(X.shape[1])]
    case(name, 42, keep=True, trees=5, oob_score=True)
    case(name, 1, max_features="sqrt")
    case(name, 2, max_features=0.5, min_samples_leaf=3)
    case(name, 3, max_depth=4, min_samples_split=20)
    case(name, 4, max_leaf_nodes=20)
    case(name, 5, bootstrap=False, max_features=0.3)
    case(name, 6, trees=5, max_samples=0.4, oob_score=True)
    case(name, 7, rows="thirds")
    case(name, 8, rows="counts", bootstrap=False)
    case(name, 9, rows="thirds", bootstrap=False, max_features="log2", min_weight_fraction_leaf=0.02)
    case(name, 10, min_impurity_decrease=0.01)
    case(name, 11, ccp_alpha=0.02)
    case(name, 12, ccp_alpha=20.5)
    case(name, 13, monotonic_cst=signs)
    case(name, 14, monotonic_cst=signs, max_leaf_nodes=15, max_features=0.7)
    case(name, 15, criterion="friedman_mse", max_depth=5)
    case(name, 16, rows="thirds", max_samples=0.3)
    case(name, 17, max_features=2, min_samples_leaf=0.02, min_samples_split=0.1, max_samples=90)
    if y.min() >= 0:
        case(name, 18, criterion="poisson")
        case(name, 19, rows="thirds", criterion="poisson", bootstrap=False, max_features=0.6)
    if not np.isnan(X).any():
        case(name, 20, criterion="absolute_error", max_depth=6)
        case(name, 21, rows="thirds", criterion="absolute_error", bootstrap=False, max_features=0.6)
        case(name, 22, criterion="absolute_error", max_leaf_nodes=12, monotonic_cst=signs)


def add_large(name):
    case(name, 1, keep=name == "large")
    case(name, 2, max_depth=5)
    case(name, 3, max_features=0.5)
    case(name, 4, rows="thirds")
    case(name, 5, rows="thirds", bootstrap=False, max_features=1)
    case(name, 6, min_samples_leaf=5)
    case(name, 7, max_depth=8, ccp_alpha=0.002)


def add_classifications(name):
    X, _, classes = DATA[name]
    signs = [(-1) ** i * (i % 3 > 0) for i in range(X.shape[1])]
    for criterion in ("gini", "entropy"):
        case(name, 1, criterion=criterion, keep=criterion == "gini", trees=5, oob_score=True)
        case(name, 2, criterion=criterion, max_depth=3, max_features=None)
        case(name, 3, criterion=criterion, max_leaf_nodes=12)
        case(name, 4, criterion=criterion, class_weight="balanced")
        case(name, 5, criterion=criterion, class_weight="balanced_subsample")
        case(name, 6, criterion=criterion, bootstrap=False, class_weight={0: 2.5, 1: 0.7})
        case(name, 7, rows="thirds", criterion=criterion, bootstrap=False)
        case(name, 8, rows="thirds", criterion=criterion, class_weight="balanced", min_samples_leaf=4)
        case(name, 9, criterion=criterion, ccp_alpha=0.01)
        case(name, 10, criterion=criterion, min_impurity_decrease=0.005, max_features=0.5)
    case(name, 11, criterion="log_loss", max_depth=4)
    if classes == 2:
        case(name, 12, monotonic_cst=signs)


def write():
    os.makedirs(os.path.join(HERE, "data"), exist_ok=True)
    for name, (X, y, _) in DATA.items():
        with open(os.path.join(HERE, "data", name + ".csv"), "w") as file:
            file.write(",".join([f"x{i}" for i in range(X.shape[1])] + ["target"]) + "\n")
            for row, target in zip(X, y):
                fields = ["" if np.isnan(v) else repr(float(v)).removesuffix(".0") for v in row]
                file.write(",".join(fields + [repr(target.item()).removesuffix(".0")]) + "\n")
    with open(os.path.join(HERE, "forests.json"), "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in CASES) + "\n]\n")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    add_data()
    for name, (_, _, classes) in DATA.items():
        if name in ("large", "twins"):
            add_large(name)
        else:
            (add_classifications if classes else add_regressions)(name)
    write()
    print(len(CASES), "forests")
