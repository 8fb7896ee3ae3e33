-- Alerts of each month, in all monitors.
SELECT to_timestamp(m."month" || '-01', 'YYYY-MM-DD') AS "time", m.stage AS metric, sum(m.alerts) AS alerts
FROM tidegauge_alerts_by_month AS m
WHERE to_timestamp(m."month" || '-01', 'YYYY-MM-DD') + interval '1 month' > $__timeFrom()
GROUP BY "time", m.stage
ORDER BY "time", m.stage
