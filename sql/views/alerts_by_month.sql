-- A row: a month (of UTC, by where windows start) of a monitor's stage: windows judged, alerts, contracts broken.
SELECT
  d.monitor,
  d.stage,
  substr(d.window_start, 1, 7) AS "month",
  sum(CASE WHEN d.verdict IN ('fine', 'alert', 'broken') THEN 1 ELSE 0 END) AS judged,
  sum(CASE WHEN d.verdict = 'alert' THEN 1 ELSE 0 END) AS alerts,
  sum(CASE WHEN d.verdict = 'broken' THEN 1 ELSE 0 END) AS broken
FROM decisions AS d
WHERE d.superseded IS NULL
GROUP BY d.monitor, d.stage, substr(d.window_start, 1, 7)
