"""How a model treats people: overall, by sex and by age band.

Metric keys: `eval/<metric>` over everybody, `eval/<attribute>/<group>/<metric>` for a group.
The positive class is default, so a false positive is somebody refused who would have paid.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.metrics import accuracy_score, confusion_matrix, log_loss, roc_auc_score

#: The share of all these credits that went bad: refuse who is likelier to default than the average applicant.
REFUSE_FROM = 0.3

#: A rate over fewer people than this says more about them than about the model.
SMALLEST_GROUP = 20

AGE_BANDS = {"under_26": (0, 25), "26_to_40": (26, 40), "over_40": (41, 200)}


def evaluate(people: pd.DataFrame, defaulted: pd.Series, probability: np.ndarray) -> dict[str, float]:
    metrics = {f"eval/{name}": value for name, value in _metrics(defaulted, probability).items()}
    for attribute, group, members in _groups(people):
        if members.sum() < SMALLEST_GROUP:
            continue
        of_group = _metrics(defaulted[members], probability[members.to_numpy()])
        metrics |= {f"eval/{attribute}/{group}/{name}": value for name, value in of_group.items()}
    return metrics


def _groups(people: pd.DataFrame) -> list[tuple[str, str, pd.Series]]:
    by_sex = [("sex", sex, people.sex == sex) for sex in ("female", "male")]
    by_age = [("age_band", band, people.age_years.between(*years)) for band, years in AGE_BANDS.items()]
    return by_sex + by_age


def _metrics(defaulted: pd.Series, probability: np.ndarray) -> dict[str, float]:
    refused = probability >= REFUSE_FROM
    paid_accepted, paid_refused, bad_accepted, bad_refused = confusion_matrix(defaulted, refused, labels=[0, 1]).ravel()
    return {
        "n": float(len(defaulted)),
        "auc": float(roc_auc_score(defaulted, probability)),
        "log_loss": float(log_loss(defaulted, probability, labels=[0, 1])),
        "accuracy": float(accuracy_score(defaulted, refused)),
        # The outcome that an applicant hopes for is to be accepted.
        "selection_rate": float(1 - refused.mean()),
        "false_positive_rate": float(paid_refused / (paid_refused + paid_accepted)),
        "true_positive_rate": float(bad_refused / (bad_refused + bad_accepted)),
    }
