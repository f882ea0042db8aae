select
    case when age < 30 then 'under 30' when age < 50 then '30 to 49' else '50 and over' end as age_band,
    count(*) as loans,
    sum(case when defaulted then 1 else 0 end) as defaults
from {{ ref('loan_features') }}
group by 1
