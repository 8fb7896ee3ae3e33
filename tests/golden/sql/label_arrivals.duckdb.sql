-- Which labels of a run of windows have come by when: another number or mark, and the window is counted again.
-- grain:      window × place of the cut-off (-1: when the window's labels were due; else the window of the grid that the
--             label arrived in, less the wait)
-- parameters: since, until (time range); due (per window: when its labels were due); known (nothing counts that came later)
-- columns:    window_index, place, n (labels), mark (a sum of hashes; equal on one engine only, and in one version of it)
WITH tidegauge_log AS (
SELECT CAST(CASE WHEN epoch_us("at time") < 1362891600000000 THEN (epoch_us("at time") - 1362805200000000) // 86400000000 WHEN epoch_us("at time") < 1362974400000000 THEN 1 + (epoch_us("at time") - 1362891600000000) // 82800000000 ELSE 2 + (epoch_us("at time") - 1362974400000000) // 86400000000 END AS UTINYINT) AS window_index, epoch_us("at time") AS micros, "id" AS id
  FROM "flights"
  WHERE "at time" >= $since AND "at time" < $until
),
tidegauge_truth AS (
  SELECT "id" AS id, CAST(CAST("late" AS FLOAT8) AS FLOAT8) AS label, epoch_us("arrived") AS arrived
  FROM "truth" WHERE CAST("late" AS FLOAT8) IS NOT NULL
),
tidegauge_arrived AS (
  SELECT tidegauge_log.window_index, truth.id, truth.label, truth.arrived, CASE WHEN truth.arrived <= (CAST($due AS BIGINT[]))[1 + CAST(tidegauge_log.window_index AS INTEGER)] THEN -1 ELSE CAST(CASE WHEN (truth.arrived - 7200000001) < 1362974400000000 THEN ((truth.arrived - 7200000001) - 1362891600000000) // 82800000000 ELSE 1 + ((truth.arrived - 7200000001) - 1362974400000000) // 86400000000 END AS INTEGER) END AS place
  FROM tidegauge_log JOIN tidegauge_truth AS truth ON truth.id = tidegauge_log.id
WHERE truth.arrived <= $known
)
SELECT window_index, place, count(*) AS n, CAST(sum(CAST(hash(id, label, arrived) % 2147483648 AS BIGINT)) AS BIGINT) AS mark
FROM tidegauge_arrived GROUP BY 1, 2
