-- Incidents as spans.
SELECT i.begins AS "time", i.ends AS timeend, 'incident, ' || i.severity AS title, replace(i.first_column, '__volume__', 'rows') AS text
FROM tidegauge_incidents AS i
WHERE i.monitor = '$monitor' AND i.stage = '$stage' AND i.ends > $__timeFrom() AND i.begins < $__timeTo()
