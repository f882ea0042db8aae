"""
What a stock MLflow client does in a day, with assertions: autologging, models with signatures, the registry, search, history, nested runs,
datasets. It runs with any MLflow from 2.22 on, against the server and the token of MLFLOW_TRACKING_URI and MLFLOW_TRACKING_TOKEN.
"""

import json
import os
import urllib.request
import uuid

import mlflow
import numpy
import pandas
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.models import infer_signature
from sklearn.linear_model import Ridge

knows_logged_models = int(mlflow.__version__.split(".")[0]) >= 3
unique = uuid.uuid4().hex[:8]
client = MlflowClient()
# else the client tries out, in a process of its own, what a model imports: a minute for each on a busy machine
os.environ["MLFLOW_REQUIREMENTS_INFERENCE_TIMEOUT"] = "1"


def graphql(query, **variables):
    request = urllib.request.Request(
        os.environ["MLFLOW_TRACKING_URI"] + "/graphql",
        json.dumps({"query": query, "variables": variables}).encode(),
        {"content-type": "application/json", "authorization": f"Bearer {os.environ['MLFLOW_TRACKING_TOKEN']}"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        body = json.load(answer)
    assert "errors" not in body, body
    return body["data"]


def frame(rows, seed):
    numbers = numpy.random.default_rng(seed)
    table = pandas.DataFrame(numbers.normal(size=(rows, 3)), columns=["a", "b", "c"])
    table["y"] = table["a"] * 2 + table["b"]
    return table


def datasets():
    train, judge = frame(80, 1), frame(20, 2)
    return (
        (train, mlflow.data.from_pandas(train, source=f"/data/train-{unique}.csv", name=f"train-{unique}", targets="y")),
        (judge, mlflow.data.from_pandas(judge, source=f"/data/judge-{unique}.csv", name=f"judge-{unique}", targets="y")),
    )


def train_by_hand(experiment):
    (train, learned), (judge, judged) = datasets()
    name = f"model-{unique}"
    with mlflow.start_run(experiment_id=experiment, run_name="parent") as parent:
        mlflow.log_input(learned, context="training")
        mlflow.log_input(judged, context="evaluation")
        mlflow.log_params({"alpha": 0.5, "solver": "auto"})
        for step in range(25):
            mlflow.log_metric("loss", 1 / (step + 1), step=step)
        model = Ridge(alpha=0.5).fit(train[["a", "b", "c"]], train["y"])
        mlflow.log_metric("r2", model.score(judge[["a", "b", "c"]], judge["y"]))
        given = train[["a", "b", "c"]]
        place = {"name": "model"} if knows_logged_models else {"artifact_path": "model"}
        mlflow.sklearn.log_model(
            model, signature=infer_signature(given, model.predict(given)), registered_model_name=name, **place
        )
        with mlflow.start_run(nested=True, run_name="child") as child:
            mlflow.log_metric("r2", 0.1)
    return parent.info.run_id, child.info.run_id, name, (model, judge)


def check_runs(experiment, parent, child):
    run = client.get_run(parent)
    assert run.info.status == "FINISHED" and run.data.params["alpha"] == "0.5"
    contexts = {
        entry.dataset.name: next(tag.value for tag in entry.tags if tag.key == "mlflow.data.context")
        for entry in run.inputs.dataset_inputs
    }
    assert contexts == {f"train-{unique}": "training", f"judge-{unique}": "evaluation"}, contexts
    assert client.get_run(child).data.tags["mlflow.parentRunId"] == parent
    found = client.search_runs([experiment], "metrics.r2 > 0.9 and params.solver = 'auto'", order_by=["metrics.r2 DESC"])
    assert [one.info.run_id for one in found] == [parent]
    found = client.search_runs([experiment], f"tags.mlflow.parentRunId = '{parent}'")
    assert [one.info.run_id for one in found] == [child]
    history = client.get_metric_history(parent, "loss")
    assert [point.step for point in history] == list(range(25))


def check_registry(parent, name, model, judge):
    client.set_registered_model_alias(name, "champion", "1")
    by_alias = client.get_model_version_by_alias(name, "champion")
    assert (by_alias.version, by_alias.run_id) in [("1", parent), (1, parent)], by_alias
    given = judge[["a", "b", "c"]]
    expected = model.predict(given)
    for uri in [f"models:/{name}@champion", f"models:/{name}/1"]:
        assert numpy.allclose(mlflow.pyfunc.load_model(uri).predict(given), expected)
    assert mlflow.models.get_model_info(f"models:/{name}/1").signature is not None
    client.set_model_version_tag(name, "1", "reviewed", "yes")
    found = client.search_model_versions(f"name = '{name}'")
    assert [one.tags["reviewed"] for one in found] == ["yes"]
    try:
        client.create_registered_model(name)
        raise AssertionError("a name was taken twice")
    except MlflowException as error:
        assert error.error_code == "RESOURCE_ALREADY_EXISTS"


def check_lineage(name):
    answer = graphql(
        """query($name: String!) { models(first: 1, where: { name: { eq: $name } }) { nodes { versions(first: 1) {
             nodes { trainedOn { name } run { mlflowId } loggedModel { mlflowId } } } } } }""",
        name=name,
    )
    (version,) = answer["models"]["nodes"][0]["versions"]["nodes"]
    trained_on = [entry["name"] for entry in version["trainedOn"]]
    assert len(trained_on) == 1 and f"train-{unique}" in trained_on[0], trained_on
    assert (version["loggedModel"] is not None) == knows_logged_models
    return version["run"]["mlflowId"]


def check_autolog(experiment):
    mlflow.sklearn.autolog()
    train = frame(80, 3)
    with mlflow.start_run(experiment_id=experiment, run_name="autolog") as run:
        Ridge(alpha=1.5).fit(train[["a", "b", "c"]], train["y"])
    mlflow.sklearn.autolog(disable=True)
    data = client.get_run(run.info.run_id)
    assert data.data.params["alpha"] == "1.5" and "training_r2_score" in data.data.metrics
    assert [entry.dataset.name for entry in data.inputs.dataset_inputs] == ["dataset"]


def check_deletion(experiment, name):
    client.delete_model_version(name, "1")
    client.delete_registered_model(name)
    assert client.search_registered_models(f"name = '{name}'") == []
    client.create_registered_model(name)
    client.delete_registered_model(name)
    client.delete_experiment(experiment)
    assert client.get_experiment(experiment).lifecycle_stage == "deleted"


experiment_id = client.create_experiment(f"client-{unique}")
mlflow.set_experiment(experiment_id=experiment_id)  # a nested run is made there, and not where its parent is
parent_id, child_id, model_name, (fitted, held_out) = train_by_hand(experiment_id)
check_runs(experiment_id, parent_id, child_id)
check_registry(parent_id, model_name, fitted, held_out)
assert check_lineage(model_name) == parent_id
check_autolog(experiment_id)
check_deletion(experiment_id, model_name)
print(f"MLflow {mlflow.__version__}: all as it should be")
