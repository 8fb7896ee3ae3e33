-- {{ head }}
-- grain:      one row
-- parameters: none
-- columns:    n (finite values), {{ name }}
WITH tidegauge_rows AS (
  SELECT {{ x }} AS x FROM {{ table }} WHERE {{ current }}
),
tidegauge_cells AS (
  SELECT {{ cell }} AS cell, count(*) AS n, CASE {{ cell }} WHEN {{ lowest_cell }} THEN min(x) WHEN {{ highest_cell }} THEN max(x)
      ELSE avg(CASE WHEN x >= {{ lowest }} AND x < {{ highest }} THEN x END) END AS mean,
    min(x) AS low, max(x) AS high
  FROM tidegauge_rows GROUP BY 1
),
tidegauge_away AS (
  SELECT cell, n, mean, low, high, (mean - ({{ middle }})) / {{ spread }} AS away FROM tidegauge_cells WHERE cell IS NOT NULL
),
tidegauge_squashed AS (
  SELECT cell, n, mean, low, high, away, asinh(greatest(least(away, {{ far }}), -{{ far }})) AS a FROM tidegauge_away
)
SELECT CAST(sum(n) AS BIGINT) AS n, {{ number }} AS {{ name }} FROM tidegauge_squashed
