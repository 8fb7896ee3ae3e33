-- Incidents that stand.
SELECT count(*) AS "open" FROM tidegauge_incidents AS i WHERE i.monitor = '$monitor' AND i.stage = '$stage' AND i.status NOT IN ('resolved', 'settled')
