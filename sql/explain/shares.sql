-- {{ head }}
WITH counted AS (
  SELECT {{ value }} AS cell, count(CASE WHEN {{ current }} THEN 1 END) AS p, count(CASE WHEN {{ reference }} THEN 1 END) AS q
  FROM {{ table }}
  WHERE ({{ current }}) OR ({{ reference }})
  GROUP BY 1
),
shares AS (
  SELECT cell, p, q, {{ d.real('p') }} / sum(p) OVER () AS now, {{ d.real('q') }} / sum(q) OVER () AS before
  FROM counted WHERE cell IS NOT NULL AND p + q > 0
)
SELECT greatest(1 - sum(sqrt(now * before)) - (count(*) - 1) / 8.0 * (1.0 / sum(p) + 1.0 / sum(q)), 0) AS hellinger_excess FROM shares
