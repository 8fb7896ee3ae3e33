-- The rows of the log with what two models said of each: the champion, which wrote the log, and a challenger, whose
-- predictions lie in a table of their own. What either says nothing of counts for neither; a number that is not finite
-- says nothing, and neither do two different ones of one id.
-- grain:      row of the log
-- columns:    the log's own, as the monitor names them; tidegauge_champion, tidegauge_challenger (the two predictions,
--             both NULL where either is), tidegauge_unscored (1: the challenger says nothing of a row that the champion
--             has a prediction of)
SELECT {% for column in columns %}tidegauge_rows.{{ column }}, {% endfor %}

  CASE WHEN tidegauge_scores.prediction IS NOT NULL THEN tidegauge_rows.said END AS tidegauge_champion,
  CASE WHEN tidegauge_rows.said IS NOT NULL THEN tidegauge_scores.prediction END AS tidegauge_challenger,
  CASE WHEN tidegauge_rows.said IS NOT NULL AND tidegauge_scores.prediction IS NULL THEN 1 ELSE 0 END AS tidegauge_unscored
FROM (
  SELECT {% for column in columns %}{{ column }}, {% endfor %}{{ said }} AS said, {{ row_id }} AS key_ FROM {{ table }}
) AS tidegauge_rows
LEFT JOIN (
  SELECT id, CASE WHEN min(said) = max(said) AND count(said) = count(*) THEN min(said) END AS prediction
  FROM (SELECT {{ id }} AS id, {{ score }} AS said FROM {{ scores }}) AS tidegauge_said
  GROUP BY id
) AS tidegauge_scores ON tidegauge_scores.id = tidegauge_rows.key_
