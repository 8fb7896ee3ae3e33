-- Models that began to serve, at the moment from which on they do: promoted, or rolled back to.
SELECT
  c.since AS "time",
  CASE WHEN c.rolled_back IS NULL THEN 'promoted: ' ELSE 'rolled back to: ' END
    || coalesce(nullif(c.version, ''), 'the model before any challenger') AS title,
  c.why AS text
FROM tidegauge_champions AS c
WHERE c.monitor = '$monitor' AND c.since > $__timeFrom() AND c.since <= $__timeTo()
