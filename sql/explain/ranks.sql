-- {{ head }}
-- grain:      one row
-- parameters: none
-- columns:    n (rows that have both), {{ name }}
WITH tidegauge_ranked AS (
  SELECT rank() OVER (ORDER BY {{ numbers[0] }}) + (count(*) OVER (PARTITION BY {{ numbers[0] }}) - 1) / 2.0 AS a,
    rank() OVER (ORDER BY {{ numbers[1] }}) + (count(*) OVER (PARTITION BY {{ numbers[1] }}) - 1) / 2.0 AS b
  FROM {{ table }}
  WHERE ({{ current }}) AND {{ finite | join(" AND ") }}
)
SELECT count(*) AS n, corr(a, b) AS {{ name }} FROM tidegauge_ranked
