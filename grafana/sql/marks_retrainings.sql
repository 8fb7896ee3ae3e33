-- Retrainings, at the end of the window that asked for them.
SELECT d.ends AS "time", 'retraining, ' || o.state AS title, d.sentence AS text
FROM tidegauge_deliveries AS o
JOIN tidegauge_decisions AS d ON d.monitor = o.monitor AND d."window" = o."window"
WHERE o.monitor = '$monitor' AND o.action = 'retrain' AND d.verdict = 'alert' AND d.ends > $__timeFrom() AND d.ends <= $__timeTo()
