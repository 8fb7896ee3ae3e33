-- {{ head }}
-- grain:      one row a group of rows with equal {{ names[1:] | join(", ") }} that holds more than one value, the largest first
-- parameters: none
-- columns:    {{ names[1:] | join(", ") }}, n (rows), kinds (values, a missing one among them), lowest, highest
SELECT {{ columns[1:] | join(", ") }}, count(*) AS n,
  count(DISTINCT {{ columns[0] }}) + max(CASE WHEN {{ columns[0] }} IS NULL THEN 1 ELSE 0 END) AS kinds,
  min({{ columns[0] }}) AS lowest, max({{ columns[0] }}) AS highest
FROM {{ table }}
WHERE {{ current }}
GROUP BY {{ columns[1:] | join(", ") }}
HAVING count(DISTINCT {{ columns[0] }}) + max(CASE WHEN {{ columns[0] }} IS NULL THEN 1 ELSE 0 END) > 1
ORDER BY n DESC
LIMIT 100
