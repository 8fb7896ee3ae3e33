-- Columns that the newest alerts point at, each with its most telling number.
SELECT
  f.starts AS "window", f.place, replace(f."column", '__volume__', 'rows') AS "column", f.segment, f.statistic, f.value, f.expected, f.least, f.most
FROM tidegauge_findings AS f
WHERE
  f.monitor = '$monitor' AND f.stage = '$stage' AND f.verdict = 'alert' AND f.place <= 5
  AND f.ends > $__timeFrom() AND f.starts < $__timeTo()
ORDER BY f.starts DESC, f.place
LIMIT 100
