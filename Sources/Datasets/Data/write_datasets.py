#!/usr/bin/env python3
"""Writes the built-in data sets from scikit-learn's copies, with the shortest digits that read back as the same doubles."""
import pathlib

from sklearn import datasets
FOLDER = pathlib.Path(__file__).parent


def number(value):
    text = repr(float(value))
    return text[:-2] if text.endswith(".0") else text


def write(name, names, rows, targets):
    lines = [",".join([*names, "target"])]
    lines += [",".join([*map(number, row), target]) for row, target in zip(rows, targets, strict=True)]
    (FOLDER / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")


diabetes = datasets.load_diabetes()
write("diabetes", diabetes.feature_names, diabetes.data, map(number, diabetes.target))
for name, load in [("iris", datasets.load_iris), ("wine", datasets.load_wine), ("breast_cancer", datasets.load_breast_cancer)]:
    data = load()
    write(name, data.feature_names, data.data, (str(data.target_names[label]) for label in data.target))
digits = datasets.load_digits()
write("digits", digits.feature_names, digits.data, map(number, digits.target))
