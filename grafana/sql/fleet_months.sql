-- Windows judged and alerts of each month, in all monitors, the newest first.
SELECT m."month", m.stage, sum(m.judged) AS judged, sum(m.alerts) AS alerts
FROM tidegauge_alerts_by_month AS m
WHERE to_timestamp(m."month" || '-01', 'YYYY-MM-DD') + interval '1 month' > $__timeFrom()
GROUP BY m."month", m.stage
ORDER BY m."month" DESC, m.stage
