"""From the delivered file to two feature tables, each step reported to OpenLineage as it runs."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd

import source
from lineage import IDENTITY, Origins, derived, joined, masked, run_job
from tables import APPLICATIONS, BLIND_FEATURES, BUREAU, EXTRACT, FEATURES, STATUSES

NAMESPACE = "credit-risk"
OWNER = "team:credit-risk"
TARGET = "defaulted"

BUREAU_COLUMNS = [
    "status_of_existing_checking_account",
    "credit_history",
    "savings_account_and_bonds",
    "other_installment_plans",
    "number_of_existing_credits_at_this_bank",
]

#: feature -> the column that it is, under a shorter name
RENAMED = {
    "age_years": (APPLICATIONS, "age_in_years"),
    "amount_dm": (APPLICATIONS, "credit_amount"),
    "duration_months": (APPLICATIONS, "duration_in_month"),
    "purpose": (APPLICATIONS, "purpose"),
    "employed_since": (APPLICATIONS, "present_employment_since"),
    "housing": (APPLICATIONS, "housing"),
    "checking_account": (BUREAU, "status_of_existing_checking_account"),
    "credit_history": (BUREAU, "credit_history"),
    "savings": (BUREAU, "savings_account_and_bonds"),
    "credits_here": (BUREAU, "number_of_existing_credits_at_this_bank"),
    TARGET: (APPLICATIONS, TARGET),
}

#: feature -> how it comes about; what is listed nowhere else decides nothing else
DERIVED: dict[str, Origins] = {
    "applicant_ref": [(APPLICATIONS, "applicant_id", masked("BLAKE2b with a project key, 8 bytes"))],
    "sex": [(APPLICATIONS, "personal_status_and_sex", derived("the word before the colon"))],
    "is_foreign_worker": [(APPLICATIONS, "foreign_worker", derived("= 'yes'"))],
    "residence_share_of_life": [
        (APPLICATIONS, "present_residence_since", derived("present_residence_since / age_in_years")),
        (APPLICATIONS, "age_in_years", derived("present_residence_since / age_in_years")),
    ],
    "monthly_burden_dm": [
        (APPLICATIONS, "credit_amount", derived("credit_amount / duration_in_month")),
        (APPLICATIONS, "duration_in_month", derived("credit_amount / duration_in_month")),
    ],
    "has_telephone": [(APPLICATIONS, "telephone", derived("<> 'none'"))],
}

#: What the blind table leaves out: the protected columns, and the proxy made from one of them.
LEFT_OUT = ["sex", "age_years", "is_foreign_worker", "residence_share_of_life"]


def load_raw(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The landing zone's files into the warehouse, repaired (see source.py)."""
    with run_job(NAMESPACE, "load_raw", "Repairs the delivered file and splits it by who knows what", OWNER) as job:
        extract, codes = source.read_extract(), source.read_statuses()
        shuffled = source.statuses_are_shuffled(extract)
        job.read(EXTRACT, extract, assertions=[("in_order_of_other_columns", source.STATUS_COLUMN, not shuffled)])
        job.read(STATUSES, codes.to_frame())
        people = source.repair(extract, codes)
        people.insert(0, "applicant_id", range(1, len(people) + 1))
        people[TARGET] = (people.pop("creditability") == "bad").astype(int)

        bureau = people[["applicant_id", *BUREAU_COLUMNS]]
        applications = people.drop(columns=BUREAU_COLUMNS)
        origins: dict[str, Origins] = {name: [(EXTRACT, name, IDENTITY)] for name in extract.columns}
        origins[source.STATUS_COLUMN] = [(STATUSES, "code", derived("the code in words"))]
        origins["applicant_id"] = []
        origins[TARGET] = [(EXTRACT, "creditability", derived("= 'bad'"))]
        job.wrote(APPLICATIONS, applications, {name: origins[name] for name in applications})
        job.wrote(BUREAU, bureau, {name: origins[name] for name in bureau})
    return _write(folder, "applications", applications), _write(folder, "bureau", bureau)


def build_features(folder: Path, applications: pd.DataFrame, bureau: pd.DataFrame) -> pd.DataFrame:
    with run_job(NAMESPACE, "build_features", "One row of features for each applicant", OWNER) as job:
        job.read(APPLICATIONS, applications)
        job.read(BUREAU, bureau)
        both = applications.merge(bureau, on="applicant_id", validate="one_to_one")
        features = pd.DataFrame(
            {
                "applicant_ref": both.applicant_id.map(_pseudonym),
                "sex": both.personal_status_and_sex.str.split(" ").str[0],
                "is_foreign_worker": both.foreign_worker == "yes",
                "residence_share_of_life": both.present_residence_since / both.age_in_years,
                "monthly_burden_dm": both.credit_amount / both.duration_in_month,
                "has_telephone": both.telephone != "none",
            }
            | {name: both[column] for name, (_, column) in RENAMED.items()}
        )
        same = {name: [(table, column, IDENTITY)] for name, (table, column) in RENAMED.items()}
        key = joined("one row for each applicant known to both")
        job.wrote(
            FEATURES,
            features,
            DERIVED | same,
            whole=[(APPLICATIONS, "applicant_id", key), (BUREAU, "applicant_id", key)],
        )
    return _write(folder, "german_credit", features)


def build_blind_features(folder: Path, features: pd.DataFrame) -> pd.DataFrame:
    with run_job(NAMESPACE, "build_blind_features", "Leaves out what the law protects, and its proxy", OWNER) as job:
        job.read(FEATURES, features)
        blind = features.drop(columns=LEFT_OUT)
        job.wrote(BLIND_FEATURES, blind, {name: [(FEATURES, name, IDENTITY)] for name in blind})
    return _write(folder, "german_credit_blind", blind)


def _pseudonym(applicant_id: int) -> str:
    # A real project takes this key from its vault; fixed here so that each run gives the same table.
    return hashlib.blake2b(str(applicant_id).encode(), digest_size=8, key=b"credit-scoring").hexdigest()


def _write(folder: Path, name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Back from the file, so that what is trained on is what was written."""
    file = folder / f"{name}.parquet"
    frame.to_parquet(file, index=False)
    return pd.read_parquet(file)
