-- {{ head }}
-- {{ rows }}
-- grain:      one row a value of {{ names[1] }} (numbers in bands), those with most rows first
-- parameters: none
-- columns:    b ({{ names[1] }}), now_rows and before_rows, now_missing and before_missing (share of rows without {{ names[0] }})
SELECT {{ bands[1] }} AS b, count(CASE WHEN {{ current }} THEN 1 END) AS now_rows, count(CASE WHEN {{ reference }} THEN 1 END) AS before_rows,
  avg(CASE WHEN {{ current }} THEN {{ gone }} END) AS now_missing, avg(CASE WHEN {{ reference }} THEN {{ gone }} END) AS before_missing
FROM {{ table }}
WHERE ({{ current }}) OR ({{ reference }})
GROUP BY 1
ORDER BY now_rows DESC
LIMIT 100
