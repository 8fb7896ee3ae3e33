-- {{ head }}
-- grain:      one row a combination of the two columns (numbers in bands), those that moved most first
-- parameters: none
-- columns:    a ({{ names[0] }}), b ({{ names[1] }}), now and before (rows in the window and in its reference, as shares)
WITH counted AS (
  SELECT {{ bands[0] }} AS a, {{ bands[1] }} AS b, count(CASE WHEN {{ current }} THEN 1 END) AS p, count(CASE WHEN {{ reference }} THEN 1 END) AS q
  FROM {{ table }}
  WHERE ({{ current }}) OR ({{ reference }})
  GROUP BY 1, 2
),
shares AS (
  SELECT a, b, {{ d.real('p') }} / nullif(sum(p) OVER (), 0) AS now, {{ d.real('q') }} / nullif(sum(q) OVER (), 0) AS before
  FROM counted
)
SELECT a, b, now, before FROM shares ORDER BY abs(now - before) DESC LIMIT 100
