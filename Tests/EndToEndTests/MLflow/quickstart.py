"""MLflow's classic quick start, as a user writes it. The server is in MLFLOW_TRACKING_URI."""

import json
import os
import tempfile

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import mlflow
from mlflow.models import infer_signature
from sklearn.datasets import load_diabetes
from sklearn.ensemble import RandomForestRegressor
from sklearn.metrics import root_mean_squared_error
from sklearn.model_selection import train_test_split

X, y = load_diabetes(return_X_y=True, as_frame=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=42)
parameters = {"n_estimators": 20, "max_depth": 5, "random_state": 42}
model = RandomForestRegressor(**parameters).fit(X_train, y_train)
predicted = model.predict(X_test)

mlflow.set_experiment("mlflow_quickstart")
with mlflow.start_run(run_name="RandomForest_baseline") as run:
    for key, value in parameters.items():
        mlflow.log_param(key, value)
    mlflow.log_metric("rmse", root_mean_squared_error(y_test, predicted))
    for step in range(3):
        mlflow.log_metric("loss", 1.0 / (step + 1), step=step)
    mlflow.set_tag("kind", "baseline")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "scatter.png")
        plt.scatter(y_test, predicted)
        plt.savefig(path)
        mlflow.log_artifact(path)
    logged = mlflow.sklearn.log_model(
        sk_model=model,
        name="model_diabetes",
        input_example=X_train[:3],
        signature=infer_signature(X_train, model.predict(X_train)),
        registered_model_name="rf_regressor",
        # scikit-learn trees are not among the types that skops trusts unasked.
        skops_trusted_types=["sklearn.tree._tree.Tree"],
    )

loaded = mlflow.pyfunc.load_model("models:/rf_regressor/1")
client = mlflow.MlflowClient()
stored = client.get_run(run.info.run_id)
picture = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="scatter.png")
print(
    json.dumps({
        "run_id": run.info.run_id,
        "equal": bool((loaded.predict(X[:5]) == model.predict(X[:5])).all()),
        "status": stored.info.status,
        "params": stored.data.params,
        "losses": [metric.value for metric in client.get_metric_history(run.info.run_id, "loss")],
        "artifacts": [entry.path for entry in client.list_artifacts(run.info.run_id)],
        "picture": open(picture, "rb").read(8).hex(),
        "outputs": [output.model_id for output in stored.outputs.model_outputs],
        "model_id": logged.model_id,
        "version_run": client.get_model_version("rf_regressor", "1").run_id,
    })
)
