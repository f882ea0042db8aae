select
    loan_id,
    md5(sex) as sex_hash,
    age,
    amount / months as monthly_rate,
    defaulted
from {{ ref('stg_loans') }}
where amount > 0
