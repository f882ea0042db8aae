select loan_id, sex, age, amount, months, cast(defaulted as boolean) as defaulted
from {{ ref('raw_loans') }}
