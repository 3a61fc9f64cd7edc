"""Loads a worker's model as a notebook does. The server is in MLFLOW_TRACKING_URI."""

import json

import mlflow
from mlflow.exceptions import MlflowException
from sklearn.datasets import load_diabetes

rows = load_diabetes(as_frame=True).data[:5]
uris = ["models:/rf_regressor/1", "models:/rf_regressor/latest", "models:/rf_regressor@champion"]
models = {uri: mlflow.pyfunc.load_model(uri) for uri in uris}
predictions = {
    uri: [float(value) for value in model.predict(rows)["prediction"]] for uri, model in models.items()
}
try:
    models[uris[0]].predict(rows.drop(columns=["bmi"]))
    enforced = False
except MlflowException:
    enforced = True
client = mlflow.MlflowClient()
run = client.get_run(client.get_model_version("rf_regressor", "1").run_id)
print(json.dumps({"predictions": predictions, "enforced": enforced, "params": run.data.params}))
