"""Records what MLflow makes of filters and orders, for MLflowGrammarTests.swift.

Run with the mlflow of Tests/requirements.txt: python record.py > grammar.json
"""

import json
import random

from mlflow.exceptions import MlflowException
from mlflow.utils.search_utils import SearchExperimentsUtils, SearchModelUtils, SearchModelVersionUtils, SearchUtils

WRITTEN = open(__file__.replace("record.py", "cases.txt"), encoding="utf-8").read().splitlines()


def check(condition, comparator):
    kind, key = condition["type"], SearchUtils.translate_key_alias(condition["key"])
    return (
        SearchUtils.is_string_attribute(kind, key, comparator)
        or SearchUtils.is_numeric_attribute(kind, key, comparator)
        or SearchUtils.is_metric(kind, comparator)
        or SearchUtils.is_param(kind, comparator)
        or SearchUtils.is_tag(kind, comparator)
        or SearchUtils.is_dataset(kind, comparator)
    )


def runs(text):
    try:
        found = []
        for condition in SearchUtils.parse_search_filter(text):
            comparator = condition["comparator"].upper()
            check(condition, comparator)
            value = condition["value"]
            if condition["type"] == "metric":
                value = float(value)
            if isinstance(value, tuple):
                value = list(value)
            elif isinstance(value, int):
                value = float(value)
            key = SearchUtils.translate_key_alias(condition["key"])
            found.append({"entity": condition["type"], "key": key, "comparator": comparator, "value": value})
        return found
    except MlflowException:
        return None


def order(text):
    try:
        entity, key, ascending = SearchUtils.parse_order_by_for_search_runs(text)
    except MlflowException:
        return None
    if entity == "dataset":
        return None
    return {"entity": entity, "key": SearchUtils.translate_key_alias(key), "ascending": ascending}


def generated(count):
    """Filters put together from pieces that fit, and some that do not."""
    pick = random.Random(7).choice
    entities = ["metrics", "metric", "params", "param", "parameter", "tags", "tag", "attributes", "attr", "run", "datasets"]
    keys = ["a", "loss", "`a b`", '"x-y"', "a.b.c", "`val/acc`", "run_id", "status", "start_time", "name", "digest", "context"]
    signs = ["=", "!=", "<", "<=", ">", ">=", "LIKE", "ilike", "IN", "NOT IN", "=="]
    values = ["1", "-2.5", "1e3", "'x'", '"y z"', "'%a_'", "('a', 'b')", "('a',)", "x", "'1'", "()"]
    for _ in range(count):
        parts = []
        for _ in range(pick([1, 1, 1, 2, 3])):
            parts.append(f"{pick(entities)}.{pick(keys)} {pick(signs)} {pick(values)}")
        yield pick([" AND ", " and "]).join(parts)


filters = [line for line in WRITTEN if line and not line.startswith("order: ")] + list(generated(400))
orders = [line.removeprefix("order: ") for line in WRITTEN if line.startswith("order: ")]
print(
    json.dumps(
        {
            "filters": [{"text": text, "conditions": runs(text)} for text in filters],
            "orders": [{"text": text, "order": order(text)} for text in orders],
        },
        ensure_ascii=False,
        indent=0,
    )
)
