-- What was asked for, and what became of it.
SELECT coalesce(o.sink, o.action) AS what, o.state, count(*) AS "number", max(o.last_failed) AS "last failed", max(o.note) AS "a note"
FROM tidegauge_deliveries AS o
WHERE o.monitor = '$monitor'
GROUP BY what, o.state
ORDER BY what, o.state
