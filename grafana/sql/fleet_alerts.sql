-- How many monitors alerted in each window.
SELECT
  t.moment AS "time", d.stage AS metric,
  sum(CASE WHEN d.verdict = 'alert' AND coalesce(d.silenced, '') = '' THEN 1 ELSE 0 END) AS alerts
FROM tidegauge_decisions AS d
CROSS JOIN LATERAL (VALUES (d.starts), (d.ends - interval '1 second')) AS t (moment)
WHERE split_part(d."window", '/', 1) = '$kind' AND d.ends > $__timeFrom() AND d.starts < $__timeTo()
GROUP BY "time", d.stage
ORDER BY "time", d.stage
