#!/usr/bin/env python3
"""Loads a model folder with onnxruntime and with MLflow and compares it with expected.json beside the folder.

usage: check_model.py FOLDER
"""
import json
import pathlib
import sys

import mlflow
import numpy as np
import onnx
import onnxruntime
import pandas as pd
from mlflow.exceptions import MlflowException

folder = pathlib.Path(sys.argv[1])
expected = json.loads((folder.parent / "expected.json").read_text())
frame = pd.DataFrame(dict(zip(expected["names"], expected["columns"], strict=True)), dtype=float)


def same(actual, wanted, what):
    np.testing.assert_allclose(np.asarray(actual, dtype=float), wanted, rtol=1e-9, atol=1e-9, err_msg=what)


def compare(outputs, what):
    if "values" in expected:
        same(outputs["prediction"], expected["values"], what)
        return
    assert [str(label) for label in outputs["label"]] == expected["labels"], what
    for index, label in enumerate(expected["classes"]):
        same(outputs[f"probability_{label}"], expected["probabilities"][index :: len(expected["classes"])], what)


# Strictly: what the checker only warns about is a mistake in our files.
onnx.checker.check_model(str(folder / "model.onnx"), full_check=True)
session = onnxruntime.InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"])
names = [output.name for output in session.get_outputs()]
matrix = frame.to_numpy()
compare(dict(zip(names, (np.ravel(o) for o in session.run(None, {"X": matrix})), strict=True)), "onnxruntime")
for row in range(3):
    one = session.run(None, {"X": matrix[row : row + 1]})
    many = session.run(None, {"X": matrix})
    for single, several in zip(one, many, strict=True):
        assert np.ravel(single)[0] == np.ravel(several)[row] or np.isclose(np.ravel(single)[0], np.ravel(several)[row])

model = mlflow.pyfunc.load_model(str(folder))
compare(model.predict(frame), "mlflow.pyfunc")
assert list(model.predict(frame).columns) == [column.name for column in model.metadata.signature.outputs.inputs]
compare(model.predict(frame[frame.columns[::-1]].assign(other=1.0)), "columns in another order, and one more")

example = model.input_example
assert list(example.columns) == expected["names"], "input example"
model.predict(example)
served = json.loads((folder / "serving_input_example.json").read_text())["dataframe_split"]
assert served["columns"] == expected["names"], "serving example"

for wrong in (frame.drop(columns=expected["names"][0]), frame.rename(columns={expected["names"][0]: "something else"})):
    try:
        model.predict(wrong)
    except MlflowException as error:
        assert expected["names"][0] in str(error), error
    else:
        raise AssertionError("MLflow took data with wrong columns")

info = mlflow.models.Model.load(str(folder))
assert info.run_id == expected["run_id"] and info.model_uuid == expected["model_uuid"], "identity"
print("same")
