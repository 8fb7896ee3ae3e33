-- Each window with its verdict and its sentence, the newest first.
SELECT d.starts AS "window", d.verdict, d.strength, d."rows", d.sentence
FROM tidegauge_decisions AS d
WHERE d.monitor = '$monitor' AND d.stage = '$stage' AND d.ends > $__timeFrom() AND d.starts < $__timeTo()
ORDER BY d.starts DESC
LIMIT 200
