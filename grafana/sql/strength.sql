-- Strength of each window, twice: where it starts and just before it ends, so that it is drawn as long as it was.
SELECT t.moment AS "time", d.strength
FROM tidegauge_decisions AS d
CROSS JOIN LATERAL (VALUES (d.starts), (d.ends - interval '1 second')) AS t (moment)
WHERE d.monitor = '$monitor' AND d.stage = '$stage' AND d.ends > $__timeFrom() AND d.starts < $__timeTo()
ORDER BY "time"
