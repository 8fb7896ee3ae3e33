-- The newest window of each stage of each monitor, in the time shown.
WITH newest AS (
  SELECT DISTINCT ON (d.monitor, d.stage) d.*
  FROM tidegauge_decisions AS d
  WHERE d.ends > $__timeFrom() AND d.ends <= $__timeTo() AND split_part(d."window", '/', 1) = '$kind'
  ORDER BY d.monitor, d.stage, d.starts DESC
)

SELECT {what}
FROM newest AS n
