-- What the newest window of the time shown says.
SELECT {what}
FROM tidegauge_decisions AS d
WHERE d.monitor = '$monitor' AND d.stage = '$stage' AND d.ends > $__timeFrom() AND d.ends <= $__timeTo()
ORDER BY d.starts DESC
LIMIT 1
