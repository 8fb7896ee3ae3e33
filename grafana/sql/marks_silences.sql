-- Windows that a planned silence covers.
SELECT d.starts AS "time", d.ends AS timeend, 'planned silence' AS title, d.silenced AS text
FROM tidegauge_decisions AS d
WHERE
  d.monitor = '$monitor' AND d.stage = '$stage' AND coalesce(d.silenced, '') <> ''
  AND d.ends > $__timeFrom() AND d.starts < $__timeTo()
