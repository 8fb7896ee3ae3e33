-- Retrainings, at the end of the window that asked for them: of one that is held the reason, else what that stage says of the
-- window now. It may have been decided anew, or forgotten, and the retraining took place all the same.
SELECT
  o.ends AS "time", 'retraining, ' || o.state AS title,
  coalesce(CASE WHEN o.state = 'held' THEN o.note END, d.sentence, 'what was found then does not stand any more') AS text
FROM tidegauge_deliveries AS o
LEFT JOIN tidegauge_decisions AS d ON d.monitor = o.monitor AND d.stage = o.stage AND d."window" = o."window"
WHERE o.monitor = '$monitor' AND o.action = 'retrain' AND o.ends > $__timeFrom() AND o.ends <= $__timeTo()
