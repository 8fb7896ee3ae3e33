-- One series of each window with its band, at the window's start and just before its end.
SELECT t.moment AS "time", p.low AS least, p.high AS "like windows", p.expected AS "their middle", p.value
FROM tidegauge_points AS p
CROSS JOIN LATERAL (VALUES (p.starts), (p.ends - interval '1 second')) AS t (moment)
WHERE p.monitor = '$monitor' AND {where} AND p.ends > $__timeFrom() AND p.starts < $__timeTo()
ORDER BY "time"
