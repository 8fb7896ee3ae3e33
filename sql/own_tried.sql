-- Whether a metric of one's own can be worked out for labelled rows of a time range: asked by who checks a monitor.
-- grain:      one row
-- parameters: since, until (microseconds of the event)
-- columns:    n (rows that have a value)
SELECT count({{ expression }}) AS n
FROM (
  SELECT {{ id }} AS tidegauge_id, {{ prediction }} AS prediction{% for c in columns %}, {{ c }}{% endfor %}

  FROM {{ table }} WHERE {{ micros }} >= {{ since }} AND {{ micros }} < {{ until }}
) AS tidegauge_log
JOIN (SELECT {{ label.id }} AS tidegauge_id, {{ label.shown }} AS label FROM {{ label.table }}) AS tidegauge_truth
  ON tidegauge_truth.tidegauge_id = tidegauge_log.tidegauge_id
