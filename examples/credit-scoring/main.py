"""The whole project in one go: `python examples/credit-scoring/main.py`.

Needs MLFLOW_TRACKING_URI and OPENLINEAGE_URL, and nothing else.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "shared"))

import mlflow  # noqa: E402 (the examples' shared folder has to be on the path first)

import etl  # noqa: E402
from registry import register  # noqa: E402
from score import score  # noqa: E402
from train import train_all  # noqa: E402


def main() -> None:
    # The feature table has no missing values, and the client would say at each model what it would do if it had.
    warnings.filterwarnings("ignore", message="Hint: Inferred schema contains integer column")
    mlflow.set_experiment("credit-scoring")
    with tempfile.TemporaryDirectory() as folder:
        applications, bureau = etl.load_raw(Path(folder))
        features = etl.build_features(Path(folder), applications, bureau)
        blind = etl.build_blind_features(Path(folder), features)
    models = train_all(features, blind)
    register(models)
    scores = score(features)
    print(f"{len(models)} models trained, 2 registered; the champion refuses {scores.refused.mean():.0%} of applicants")


if __name__ == "__main__":
    main()
