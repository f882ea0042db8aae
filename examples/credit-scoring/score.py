"""Last night's batch: the champion, fetched by its alias, scores everybody."""

from __future__ import annotations

import mlflow
import pandas as pd

from etl import NAMESPACE, OWNER, TARGET
from evaluate import REFUSE_FROM
from lineage import IDENTITY, Origins, derived, run_job
from registry import MODEL
from tables import FEATURES, SCORES


def score(features: pd.DataFrame) -> pd.DataFrame:
    uri = f"models:/{MODEL}@champion"
    with run_job(NAMESPACE, "score_applicants", "Scores with the champion", OWNER, tags={"mlflow.model": uri}) as job:
        job.read(FEATURES, features)
        model = mlflow.sklearn.load_model(uri)
        x = features.drop(columns=["applicant_ref", TARGET])
        probability = model.predict_proba(x)[:, 1]
        scores = pd.DataFrame(
            {
                "applicant_ref": features.applicant_ref,
                "default_probability": probability.round(4),
                "refused": probability >= REFUSE_FROM,
            }
        )
        seen: Origins = [(FEATURES, name, derived(f"predicted by {uri}")) for name in x.columns]
        origins: dict[str, Origins] = {
            "applicant_ref": [(FEATURES, "applicant_ref", IDENTITY)],
            "default_probability": seen,
            "refused": seen,
        }
        job.wrote(SCORES, scores, origins)
    return scores
