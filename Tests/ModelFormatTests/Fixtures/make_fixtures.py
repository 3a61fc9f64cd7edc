#!/usr/bin/env python3
"""Writes models that scikit-learn's converter made, as MLflow logs them, and what they predict.

Needs scikit-learn, skl2onnx, onnxruntime and mlflow. Each folder gets, besides the model, `expected.json`: columns with
their names, and what onnxruntime makes of them.
"""
import json
import pathlib
import shutil

import mlflow
import numpy as np
import onnxruntime
from mlflow.models import infer_signature
from skl2onnx import to_onnx
from sklearn.datasets import load_diabetes, load_iris
from sklearn.ensemble import ExtraTreesClassifier, GradientBoostingClassifier, RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LinearRegression

folder = pathlib.Path(__file__).parent
diabetes = load_diabetes(as_frame=True)
iris = load_iris(as_frame=True)
names = np.array(["setosa", "versicolor", "virginica"])


def save(name, model, data, kind, named=True, **options):
    frame = data[::9]
    onnx = to_onnx(model, frame[:1].to_numpy().astype(kind), **options)
    # The converter declares double outputs where the older operators give floats.
    for output in onnx.graph.output:
        if output.type.tensor_type.elem_type == 11:
            output.type.tensor_type.elem_type = 1
    path = folder / name
    shutil.rmtree(path, ignore_errors=True)
    shown = frame if named else frame.to_numpy()
    mlflow.onnx.save_model(onnx, path, signature=infer_signature(shown, model.predict(frame.to_numpy())))
    # Enough to load the model; the rest is large or says when it was written.
    for other in path.iterdir():
        if other.name not in ("MLmodel", "model.onnx"):
            other.unlink()
    session = onnxruntime.InferenceSession(path / "model.onnx", providers=["CPUExecutionProvider"])
    outputs = session.run(None, {session.get_inputs()[0].name: frame.to_numpy().astype(kind)})
    expected = {"names": list(frame.columns), "columns": [frame[column].tolist() for column in frame.columns]}
    if len(outputs) == 1:
        expected["values"] = [float(value) for value in outputs[0].reshape(-1)]
    else:
        expected["labels"] = [str(label) for label in outputs[0]]
        rows = [list(row.values()) for row in outputs[1]] if isinstance(outputs[1], list) else outputs[1].tolist()
        expected["probabilities"] = [float(value) for row in rows for value in row]
    (path / "expected.json").write_text(json.dumps(expected) + "\n")


small = {"n_estimators": 5, "max_depth": 3, "random_state": 0}
regressor = RandomForestRegressor(**small).fit(diabetes.data.to_numpy(), diabetes.target)
save("regressor_float", regressor, diabetes.data, np.float32)
save("regressor_double", regressor, diabetes.data, np.float64, target_opset={"": 18, "ai.onnx.ml": 3})
save("regressor_unnamed", regressor, diabetes.data, np.float32, named=False)
classifier = RandomForestClassifier(**small).fit(iris.data.to_numpy(), iris.target)
save("classifier_zipmap", classifier, iris.data, np.float32)
strings = ExtraTreesClassifier(**small).fit(iris.data.to_numpy(), names[iris.target])
save("classifier_strings", strings, iris.data, np.float32, options={"zipmap": False})
two = RandomForestClassifier(**small).fit(iris.data[50:].to_numpy(), names[iris.target[50:]])
save("classifier_binary", two, iris.data[50:], np.float32, options={"zipmap": False})
boosted = GradientBoostingClassifier(**small).fit(iris.data[50:].to_numpy(), iris.target[50:])
save("unsupported_boosting", boosted, iris.data[50:], np.float32, options={"zipmap": False})
linear = LinearRegression().fit(diabetes.data.to_numpy(), diabetes.target)
save("unsupported_linear", linear, diabetes.data, np.float32)
shutil.rmtree(folder / "unsupported_flavor", ignore_errors=True)
mlflow.sklearn.save_model(linear, folder / "unsupported_flavor", serialization_format="cloudpickle")
for other in (folder / "unsupported_flavor").iterdir():
    if other.name != "MLmodel":
        other.unlink()
