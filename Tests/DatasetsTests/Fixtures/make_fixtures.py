#!/usr/bin/env python3
"""Writes what scikit-learn makes of the same questions, for the tests to compare with."""
import json
import pathlib

import numpy as np
from sklearn import datasets
from sklearn.model_selection import train_test_split

folder = pathlib.Path(__file__).parent

splits = []
for rows, size, seed in [
    (442, 0.25, 0), (442, 0.25, 42), (442, 100, 7), (10, 0.01, 3), (10, 0.33, 4294967295), (7, 0.5, 1), (150, 0.2, 2),
    (2, 0.25, 5), (1797, 0.1, 123456789),
]:
    train, test = train_test_split(np.arange(rows), test_size=size, random_state=seed)
    splits.append({"rows": rows, "size": size, "seed": seed, "train": train.tolist(), "test": test.tolist()})
(folder / "splits.json").write_text(json.dumps(splits) + "\n")

# Sums in hexadecimal of the bits of all values: equal only if every value is the same double.
checksums = {}
for name, load in [
    ("diabetes", datasets.load_diabetes), ("iris", datasets.load_iris), ("wine", datasets.load_wine),
    ("breast_cancer", datasets.load_breast_cancer), ("digits", datasets.load_digits),
]:
    data = load()
    columns = {}
    for column, values in zip(data.feature_names, data.data.T, strict=True):
        bits = np.ascontiguousarray(values + 0.0).view(np.uint64)
        weights = np.arange(1, len(bits) + 1, dtype=np.uint64)
        columns[str(column)] = f"{int((bits * weights).sum(dtype=np.uint64)):016x}"
    target = [str(data.target_names[k]) for k in data.target] if name in ("iris", "wine", "breast_cancer") else None
    checksums[name] = {
        "rows": len(data.target),
        "columns": columns,
        "labels": target,
        "values": None if target else [float(value) for value in data.target],
    }
(folder / "checksums.json").write_text(json.dumps(checksums) + "\n")
