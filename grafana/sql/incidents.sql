-- Incidents that touch the time shown, the newest first.
SELECT i.begins, i.ends, i.status, i.severity, i.alerts, i.strength, replace(i.first_column, '__volume__', 'rows') AS "column"
FROM tidegauge_incidents AS i
WHERE i.monitor = '$monitor' AND i.stage = '$stage' AND i.ends > $__timeFrom() AND i.begins < $__timeTo()
ORDER BY i.begins DESC
