-- A row: a month (of the monitor's zone, by where windows start) of a monitor's stage: windows judged, alerts, broken
-- contracts. The month of UTC where no local date is known: of what an older version decided.
-- Of what a planned silence covers nobody is told, so it is judged, and neither an alert nor broken.
SELECT
  d.monitor,
  d.stage,
  substr(COALESCE(l."date", d.window_start), 1, 7) AS "month",
  sum(CASE WHEN d.verdict IN ('fine', 'alert', 'broken') THEN 1 ELSE 0 END) AS judged,
  sum(CASE WHEN d.verdict = 'alert' AND s.id IS NULL THEN 1 ELSE 0 END) AS alerts,
  sum(CASE WHEN d.verdict = 'broken' AND s.id IS NULL THEN 1 ELSE 0 END) AS broken
FROM decisions AS d
LEFT JOIN local_dates AS l ON l.monitor = d.monitor AND l.starts = {{ seconds("d.window_start") }}
LEFT JOIN (
  SELECT b.id, b.monitor
  FROM decisions AS b{{ parsed("b.json") }}
  WHERE
    b.superseded IS NULL
    AND b.verdict IN ('alert', 'broken')
    AND coalesce({{ word(json("b.json"), "silenced") }}, '') <> ''
) AS s ON d.monitor = s.monitor AND d.id = s.id
WHERE d.superseded IS NULL
GROUP BY d.monitor, d.stage, substr(COALESCE(l."date", d.window_start), 1, 7)
