-- Incidents of all monitors that touch the time shown: those that stand first, then the newest.
SELECT i.monitor, i.stage, i.begins, i.ends, i.status, i.severity, i.alerts, i.strength, replace(i.first_column, '__volume__', 'rows') AS "column"
FROM tidegauge_incidents AS i
WHERE i.ends > $__timeFrom() AND i.begins < $__timeTo()
ORDER BY i.status IN ('resolved', 'settled'), i.begins DESC
LIMIT 200
