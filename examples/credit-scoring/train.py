"""Three models in one experiment, each with what it learned from and how it treats people."""

from __future__ import annotations

from dataclasses import dataclass

import mlflow
import pandas as pd
from mlflow.entities import LoggedModel, Metric
from mlflow.utils.time import get_current_time_millis
from sklearn.base import ClassifierMixin
from sklearn.compose import make_column_transformer
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from etl import TARGET
from evaluate import REFUSE_FROM, evaluate
from lineage import Table
from tables import BLIND_FEATURES, FEATURES

SEED = 20240303
KEYS = ["applicant_ref"]

#: A cap, so that the model stays small on the wire.
MOST_TREES = 40


@dataclass(frozen=True)
class Split:
    """The same people on the same side for each model, whichever columns it may see."""

    table: Table
    train: pd.DataFrame
    test: pd.DataFrame

    @classmethod
    def of(cls, table: Table, features: pd.DataFrame) -> Split:
        train, test = train_test_split(
            features.drop(columns=KEYS), test_size=0.3, random_state=SEED, stratify=features[TARGET]
        )
        return cls(table, train, test)

    def dataset(self, part: str) -> mlflow.data.pandas_dataset.PandasDataset:
        name = self.table.name.rpartition("/")[2]
        return mlflow.data.from_pandas(
            getattr(self, part), source=self.table.uri, name=f"{name}_{part}", targets=TARGET
        )

    def xy(self, part: str) -> tuple[pd.DataFrame, pd.Series]:
        frame: pd.DataFrame = getattr(self, part)
        return frame.drop(columns=TARGET), frame[TARGET]


def train_all(features: pd.DataFrame, blind: pd.DataFrame) -> dict[str, LoggedModel]:
    """Run name -> the model that it logged."""
    everything, without = Split.of(FEATURES, features), Split.of(BLIND_FEATURES, blind)
    regression = LogisticRegression(C=0.3, max_iter=500)
    forest = RandomForestClassifier(n_estimators=12, max_depth=4, random_state=SEED)
    return {
        "logistic-regression": _train("logistic-regression", regression, everything, everything),
        "random-forest": _train("random-forest", forest, everything, everything),
        "gradient-boosting-blind": _train_boosting("gradient-boosting-blind", without, everything),
    }


def _train(run_name: str, estimator: ClassifierMixin, split: Split, people: Split) -> LoggedModel:
    with mlflow.start_run(run_name=run_name, description=f"{estimator.__class__.__name__} on {split.table.name}"):
        return _fit_and_judge(estimator, split, people)


def _fit_and_judge(estimator: ClassifierMixin, split: Split, people: Split) -> LoggedModel:
    # Rows must not leave: no input examples. The dataset is logged here, by the name that lineage knows.
    mlflow.sklearn.autolog(log_input_examples=False, log_datasets=False, log_post_training_metrics=False)
    mlflow.log_input(split.dataset("train"), context="training")
    x, y = split.xy("train")
    model = _pipeline(estimator, x).fit(x, y)
    logged = mlflow.last_logged_model()
    assert logged is not None

    # Whether a model is fair is asked of people with a sex and an age, even where the model sees neither.
    judged_on = people.dataset("test")
    mlflow.log_input(judged_on, context="evaluation")
    probability = model.predict_proba(split.xy("test")[0])[:, 1]
    metrics = evaluate(people.test, people.test[TARGET], probability)
    mlflow.log_metrics(metrics, dataset=judged_on, model_id=logged.model_id)
    mlflow.log_dict({"threshold": REFUSE_FROM, "metrics": metrics}, "evaluation/by_group.json")
    return logged


def _train_boosting(run_name: str, split: Split, people: Split) -> LoggedModel:
    """Tries two learning rates in nested runs, then trains the better one up to a cap."""
    with mlflow.start_run(run_name=run_name, description="Boosted trees that see no protected characteristic"):
        tried = [_try_learning_rate(rate, split) for rate in (0.05, 0.2)]
        _, rate, trees = min(tried)
        mlflow.set_tag("search.candidates", str(len(tried)))
        return _fit_and_judge(_boosting(rate, min(trees, MOST_TREES)), split, people)


def _try_learning_rate(rate: float, split: Split, stages: int = 150) -> tuple[float, float, int]:
    """(loss on the held-back fifth, learning rate, number of trees)."""
    fit_on, held_back = train_test_split(split.train, test_size=0.2, random_state=SEED, stratify=split.train[TARGET])
    with mlflow.start_run(run_name=f"learning-rate-{rate}", nested=True) as run:
        mlflow.sklearn.autolog(disable=True)  # a candidate is worth its curve, not a model
        mlflow.log_params({"learning_rate": rate, "n_estimators": stages})
        x = fit_on.drop(columns=TARGET)
        pipeline = _pipeline(_boosting(rate, stages), x).fit(x, fit_on[TARGET])
        before, booster = pipeline[:-1], pipeline[-1]
        losses = {
            part: [log_loss(frame[TARGET], p) for p in booster.staged_predict_proba(before.transform(frame))]
            for part, frame in (("training", fit_on), ("held_back", held_back))
        }
        now = get_current_time_millis()
        points = [
            Metric(f"{part}_log_loss", loss, now, step)
            for part, series in losses.items()
            for step, loss in enumerate(series)
        ]
        mlflow.MlflowClient().log_batch(run.info.run_id, metrics=points)
        best = min(range(stages), key=losses["held_back"].__getitem__)
        mlflow.log_metric("best_stage", best)
    return losses["held_back"][best], rate, best + 1


def _boosting(rate: float, trees: int) -> GradientBoostingClassifier:
    return GradientBoostingClassifier(
        learning_rate=rate, n_estimators=trees, max_depth=2, subsample=0.8, random_state=SEED
    )


def _pipeline(estimator: ClassifierMixin, x: pd.DataFrame) -> Pipeline:
    # Columns by name: a selector object would be logged as a parameter, by its address in memory.
    words = list(x.select_dtypes(include=["object", "string"]))
    numbers = [name for name in x if name not in words]
    return make_pipeline(
        make_column_transformer(
            (OneHotEncoder(handle_unknown="ignore", min_frequency=20), words), (StandardScaler(), numbers)
        ),
        estimator,
    )
