"""The incumbent, its challenger, and who is who."""

from __future__ import annotations

import mlflow
from mlflow.entities import LoggedModel

MODEL = "credit-scoring"


def register(models: dict[str, LoggedModel]) -> None:
    client = mlflow.MlflowClient()
    champion = _version(models["logistic-regression"], "The incumbent: sees sex, age and nationality")
    challenger = _version(models["gradient-boosting-blind"], "Sees no protected characteristic")
    client.update_registered_model(MODEL, description="Probability that an applicant's credit goes bad")
    client.set_registered_model_tag(MODEL, "purpose", "credit-scoring")
    client.set_registered_model_tag(MODEL, "owner", "team:credit-risk")
    client.set_registered_model_tag(MODEL, "eu-ai-act", "high-risk")
    client.set_registered_model_alias(MODEL, "champion", champion)
    client.set_registered_model_alias(MODEL, "challenger", challenger)


def _version(model: LoggedModel, description: str) -> str:
    client = mlflow.MlflowClient()
    version = mlflow.register_model(f"models:/{model.model_id}", MODEL, tags={"trained-on": "statlog"}).version
    client.update_model_version(MODEL, version, description)
    client.set_model_version_tag(MODEL, version, "retrain-by", "2027-03-31")
    return str(version)
