"""How far a patient's diabetes will have gone in a year: `python examples/diabetes-progression/main.py`.

Needs MLFLOW_TRACKING_URI and OPENLINEAGE_URL, and nothing else.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "shared"))

import mlflow  # noqa: E402 (the examples' shared folder has to be on the path first)
import pandas as pd  # noqa: E402
from sklearn.datasets import load_diabetes  # noqa: E402
from sklearn.linear_model import Ridge  # noqa: E402
from sklearn.metrics import mean_absolute_error, r2_score  # noqa: E402
from sklearn.model_selection import train_test_split  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402

from lineage import IDENTITY, Origins, Table, derived, run_job  # noqa: E402

SEED = 20240303
MODEL = "diabetes-progression"
TARGET = "progression"

#: Data concerning health: GDPR's article 9 names it, unlike sex and age, which other laws protect.
HEALTH = "special-category:health"
MEASURED = {
    "bmi": "body mass index",
    "bp": "average blood pressure",
    "s1": "total serum cholesterol",
    "s2": "low-density lipoproteins",
    "s3": "high-density lipoproteins",
    "s4": "total cholesterol / HDL",
    "s5": "log of serum triglycerides, possibly",
    "s6": "blood sugar",
}

PATIENTS = Table(
    "s3://clinic-warehouse",
    "raw/diabetes_patients",
    "Efron et al. (2004): 442 patients, ten measurements, and how far the disease had gone a year later",
    "team:endocrinology",
    sensitivity=dict.fromkeys([*MEASURED, TARGET], HEALTH)
    | {"age": "protected-characteristic:age", "sex": "protected-characteristic:sex"},
    columns=MEASURED | {TARGET: "disease progression one year after baseline"},
)

FEATURES = Table(
    "s3://clinic-warehouse",
    "features/diabetes",
    "What the progression model may look at: neither sex nor age",
    "team:clinical-analytics",
)


def extract() -> pd.DataFrame:
    bundled = load_diabetes(as_frame=True, scaled=False)
    return bundled.frame.rename(columns={"target": TARGET})


def build_features(patients: pd.DataFrame) -> pd.DataFrame:
    with run_job("clinic", "build_diabetes_features", "Features for progression", "team:clinical-analytics") as job:
        job.read(PATIENTS, patients)
        kept = ["bmi", "bp", "s3", "s5", "s6", TARGET]
        features = patients[kept].assign(ldl_to_hdl=patients.s2 / patients.s3)
        origins: dict[str, Origins] = {name: [(PATIENTS, name, IDENTITY)] for name in kept}
        origins["ldl_to_hdl"] = [(PATIENTS, name, derived("s2 / s3")) for name in ("s2", "s3")]
        job.wrote(FEATURES, features, origins)
    return features


def train(features: pd.DataFrame) -> str:
    """The id of the model that was logged."""
    train_part, test_part = train_test_split(features, test_size=0.3, random_state=SEED)
    # Rows must not leave: no input examples. The datasets are logged here, by the name that lineage knows.
    mlflow.sklearn.autolog(log_input_examples=False, log_datasets=False, log_post_training_metrics=False)
    with mlflow.start_run(run_name="ridge", description="Ridge regression on blood values"):
        learned_from, judged_on = (
            mlflow.data.from_pandas(part, source=FEATURES.uri, name=name, targets=TARGET)
            for part, name in ((train_part, "diabetes_train"), (test_part, "diabetes_test"))
        )
        mlflow.log_input(learned_from, context="training")
        model = make_pipeline(StandardScaler(), Ridge(alpha=1.0))
        model.fit(train_part.drop(columns=TARGET), train_part[TARGET])
        logged = mlflow.last_logged_model()
        assert logged is not None

        mlflow.log_input(judged_on, context="evaluation")
        expected, predicted = test_part[TARGET], model.predict(test_part.drop(columns=TARGET))
        metrics = {
            "eval/n": float(len(expected)),
            "eval/r2": float(r2_score(expected, predicted)),
            "eval/mean_absolute_error": float(mean_absolute_error(expected, predicted)),
        }
        mlflow.log_metrics(metrics, dataset=judged_on, model_id=logged.model_id)
    return logged.model_id


def register(model_id: str) -> None:
    client = mlflow.MlflowClient()
    version = mlflow.register_model(f"models:/{model_id}", MODEL).version
    client.update_registered_model(MODEL, description="Disease progression one year after baseline")
    client.set_registered_model_tag(MODEL, "purpose", "care-planning")
    client.set_registered_model_alias(MODEL, "champion", version)


def main() -> None:
    # The feature table has no missing values, and the client would say at each model what it would do if it had.
    warnings.filterwarnings("ignore", message="Hint: Inferred schema contains integer column")
    mlflow.set_experiment(MODEL)
    register(train(build_features(extract())))


if __name__ == "__main__":
    main()
