"""The datasets of this project, under the names that OpenLineage and MLflow both know them by."""

from __future__ import annotations

from lineage import Table

LANDING = "s3://credit-landing"
WAREHOUSE = "s3://credit-warehouse"

SEX = "protected-characteristic:sex"
AGE = "protected-characteristic:age"
NATIONALITY = "protected-characteristic:nationality"

EXTRACT = Table(LANDING, "statlog/german_credit.csv", "German Credit (Statlog), as delivered", "team:data-platform")
STATUSES = Table(LANDING, "statlog/personal_status.txt", "Personal status in UCI's own order", "team:data-platform")

APPLICATIONS = Table(
    WAREHOUSE,
    "raw/applications",
    "What applicants said about themselves and about the credit that they asked for",
    "team:lending",
    sensitivity={"personal_status_and_sex": SEX, "age_in_years": AGE, "foreign_worker": NATIONALITY},
    columns={"applicant_id": "row number of the delivered file", "defaulted": "1 where the credit went bad"},
)

BUREAU = Table(
    WAREHOUSE,
    "raw/bureau",
    "What the bank and the credit bureau knew of each applicant",
    "team:lending",
)

FEATURES = Table(
    WAREHOUSE,
    "features/german_credit",
    "One row for each applicant, everything that scoring may look at",
    "team:credit-risk",
    columns={
        "applicant_ref": "keyed hash of applicant_id",
        "residence_share_of_life": "years at the address over years of age: a proxy of age",
    },
)

BLIND_FEATURES = Table(
    WAREHOUSE,
    "features/german_credit_blind",
    "The features without sex, age, nationality and what derives from them",
    "team:credit-risk",
)

SCORES = Table(
    WAREHOUSE,
    "scores/german_credit",
    "The champion's probability of default and the decision that follows from it",
    "team:lending",
)
