-- Switches that were turned, at the end of the window that turned them, with what was found then as far as it stands.
SELECT
  o.ends AS "time", 'fallback, ' || o.state AS title,
  coalesce(d.sentence, 'what was found then does not stand any more') AS text
FROM tidegauge_deliveries AS o
LEFT JOIN tidegauge_decisions AS d ON d.monitor = o.monitor AND d.stage = o.stage AND d."window" = o."window"
WHERE o.monitor = '$monitor' AND o.action = 'fallback' AND o.ends > $__timeFrom() AND o.ends <= $__timeTo()
