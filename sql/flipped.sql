-- How many rows of each window a challenger says nothing of, and of how many it says something else than the champion:
-- the other side of a threshold, another class.
-- grain:      window
-- parameters: since, until (time range), lookups of windows
-- columns:    window_index, n (rows with a prediction of the champion), unscored, flipped
{% import 'cells.sql' as cells %}
WITH tidegauge_log AS (
{{ cells.source_rows(q) }}
)
SELECT window_index, count(CASE WHEN champion IS NOT NULL OR unscored = 1 THEN 1 END) AS n,
  CAST(sum(unscored) AS BIGINT) AS unscored,
  count(CASE WHEN {% if thresholds %}{% for t in thresholds %}{{ ' OR ' if not loop.first }}(champion >= {{ t }}) <> (challenger >= {{ t }}){% endfor %}{% else %}champion <> challenger{% endif %} THEN 1 END) AS flipped
FROM tidegauge_log GROUP BY window_index
