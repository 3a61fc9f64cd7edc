"""Predicts the rows of a CSV file with a model folder, as MLflow does: the first output column, as text.

usage: predict_csv.py FOLDER FILE
"""

import json
import sys

import mlflow.pyfunc
import pandas as pd

model = mlflow.pyfunc.load_model(sys.argv[1])
columns = model.metadata.signature.inputs.inputs
# An empty field is a missing number, or an empty text.
types = {column.name: str if column.type.name == "string" else float for column in columns}
missing = {name: [""] for name, kind in types.items() if kind is float}
rows = pd.read_csv(sys.argv[2], dtype=types, keep_default_na=False, na_values=missing)
outputs = model.predict(rows)
example = model.predict(model.input_example)
print(
    json.dumps(
        {
            "predictions": [str(value) for value in outputs[outputs.columns[0]]],
            "examples": len(example),
            "types": {column.name: column.type.name for column in columns},
        }
    )
)
