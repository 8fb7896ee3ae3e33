-- Alerts of the last 30 days that no planned silence covers, by where their windows end.
SELECT count(*) AS alerts
FROM tidegauge_decisions AS d
WHERE
  d.monitor = '$monitor' AND d.stage = '$stage' AND d.verdict = 'alert' AND coalesce(d.silenced, '') = ''
  AND d.ends > CAST($__timeTo() AS timestamptz) - interval '30 days' AND d.ends <= $__timeTo()
