-- Which labels of a run of windows have come by when: another number or mark, and the window is counted again.
-- grain:      window × place of the cut-off (-1: when the window's labels were due; else the window of the grid that the
--             label arrived in, less the wait)
-- parameters: since, until (time range); due (per window: when its labels were due); known (nothing counts that came later)
-- columns:    window_index, place, n (labels), mark (a sum of hashes; equal on one engine only, and in one version of it)
WITH tidegauge_log AS (
SELECT CAST(CASE WHEN CASE WHEN "at time" BETWEEN '0001-01-01' AND '9999-12-31' THEN CAST(extract(epoch FROM "at time") * 1000000 AS BIGINT) END < 1362891600000000 THEN (CASE WHEN "at time" BETWEEN '0001-01-01' AND '9999-12-31' THEN CAST(extract(epoch FROM "at time") * 1000000 AS BIGINT) END - 1362805200000000) / 86400000000 WHEN CASE WHEN "at time" BETWEEN '0001-01-01' AND '9999-12-31' THEN CAST(extract(epoch FROM "at time") * 1000000 AS BIGINT) END < 1362974400000000 THEN 1 + (CASE WHEN "at time" BETWEEN '0001-01-01' AND '9999-12-31' THEN CAST(extract(epoch FROM "at time") * 1000000 AS BIGINT) END - 1362891600000000) / 82800000000 ELSE 2 + (CASE WHEN "at time" BETWEEN '0001-01-01' AND '9999-12-31' THEN CAST(extract(epoch FROM "at time") * 1000000 AS BIGINT) END - 1362974400000000) / 86400000000 END AS INTEGER) AS window_index, CASE WHEN "at time" BETWEEN '0001-01-01' AND '9999-12-31' THEN CAST(extract(epoch FROM "at time") * 1000000 AS BIGINT) END AS micros, "id" AS id
  FROM "flights"
  WHERE "at time" >= %(since)s AND "at time" < %(until)s
),
tidegauge_truth AS (
  SELECT "id" AS id, CAST(CAST("late" AS FLOAT8) AS FLOAT8) AS label, CASE WHEN "arrived" BETWEEN '0001-01-01' AND '9999-12-31' THEN CAST(extract(epoch FROM "arrived") * 1000000 AS BIGINT) END AS arrived
  FROM "truth" WHERE CAST("late" AS FLOAT8) IS NOT NULL
),
tidegauge_arrived AS (
  SELECT tidegauge_log.window_index, truth.id, truth.label, truth.arrived, CASE WHEN truth.arrived <= (CAST(%(due)s AS BIGINT[]))[1 + CAST(tidegauge_log.window_index AS INTEGER)] THEN -1 ELSE CAST(CASE WHEN (truth.arrived - 7200000001) < 1362974400000000 THEN ((truth.arrived - 7200000001) - 1362891600000000) / 82800000000 ELSE 1 + ((truth.arrived - 7200000001) - 1362974400000000) / 86400000000 END AS INTEGER) END AS place
  FROM tidegauge_log JOIN tidegauge_truth AS truth ON truth.id = tidegauge_log.id
WHERE truth.arrived <= %(known)s
)
SELECT window_index, place, count(*) AS n, CAST(sum((hashtextextended(CAST(ROW(id, label, arrived) AS TEXT), 0) & 2147483647)) AS BIGINT) AS mark
FROM tidegauge_arrived GROUP BY 1, 2
