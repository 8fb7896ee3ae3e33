-- {{ head }}
-- grain:      one row
-- parameters: none
-- columns:    volume (rows), duplicates (rows whose id is another's too), freshness (seconds), freshest (event)
SELECT count(*) AS volume{% if id %}, count({{ id }}) - count(DISTINCT {{ id }}) AS duplicates{% endif %},
  greatest({{ until }} - {{ newest }}, 0) / 1000000.0 AS freshness, max({{ time }}) AS freshest
FROM {{ table }}
WHERE {{ current }}
