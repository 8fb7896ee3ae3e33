-- Incidents of all monitors that stand.
SELECT count(*) AS "open" FROM tidegauge_incidents AS i WHERE i.status NOT IN ('resolved', 'settled')
