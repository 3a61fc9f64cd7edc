"""Logs and registers an ONNX tree ensemble of scikit-learn's trees. The server is in MLFLOW_TRACKING_URI."""

import json

import mlflow
import numpy
import onnx
from mlflow.models import infer_signature
from onnx import TensorProto, helper
from sklearn.datasets import load_diabetes
from sklearn.ensemble import RandomForestRegressor

X, y = load_diabetes(return_X_y=True, as_frame=True)
forest = RandomForestRegressor(n_estimators=5, max_depth=4, random_state=0).fit(X, y)

nodes = {name: [] for name in ["treeids", "nodeids", "featureids", "values", "modes", "truenodeids", "falsenodeids"]}
targets = {name: [] for name in ["treeids", "nodeids", "ids", "weights"]}
for tree_id, estimator in enumerate(forest.estimators_):
    tree = estimator.tree_
    for node in range(tree.node_count):
        is_leaf = tree.children_left[node] < 0
        entry = {
            "treeids": tree_id, "nodeids": node, "featureids": 0 if is_leaf else int(tree.feature[node]),
            "values": 0.0 if is_leaf else float(numpy.float32(tree.threshold[node])),
            "modes": "LEAF" if is_leaf else "BRANCH_LEQ",
            "truenodeids": 0 if is_leaf else int(tree.children_left[node]),
            "falsenodeids": 0 if is_leaf else int(tree.children_right[node]),
        }
        for name, value in entry.items():
            nodes[name].append(value)
        if is_leaf:
            for name, value in {
                "treeids": tree_id, "nodeids": node, "ids": 0,
                "weights": float(tree.value[node][0][0]) / len(forest.estimators_),
            }.items():
                targets[name].append(value)
ensemble = helper.make_node(
    "TreeEnsembleRegressor", ["X"], ["variable"], domain="ai.onnx.ml", n_targets=1, aggregate_function="SUM",
    post_transform="NONE", **{f"nodes_{name}": value for name, value in nodes.items()},
    **{f"target_{name}": value for name, value in targets.items()},
)
graph = helper.make_graph(
    [ensemble], "forest",
    [helper.make_tensor_value_info("X", TensorProto.FLOAT, [None, X.shape[1]])],
    [helper.make_tensor_value_info("variable", TensorProto.FLOAT, [None, 1])],
)
model = helper.make_model(
    graph, opset_imports=[helper.make_opsetid("ai.onnx.ml", 1), helper.make_opsetid("", 15)], ir_version=8
)
onnx.checker.check_model(model)

mlflow.set_experiment("theirs")
with mlflow.start_run():
    mlflow.onnx.log_model(
        model, name="forest", registered_model_name="theirs",
        signature=infer_signature(X.astype(numpy.float32), y.to_numpy().astype(numpy.float32)),
    )
print(json.dumps({"predictions": [float(value) for value in forest.predict(X[:5])]}))
