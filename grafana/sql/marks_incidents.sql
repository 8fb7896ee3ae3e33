-- Incidents as spans.
SELECT i.begins AS "time", i.ends AS timeend, 'incident, ' || i.severity AS title, i.first_column AS text
FROM tidegauge_incidents AS i
WHERE i.monitor = '$monitor' AND i.stage = '$stage' AND i.ends > $__timeFrom() AND i.begins < $__timeTo()
