-- The data revision of a run of windows, from the time columns alone: the same watermark, nothing to profile again.
-- grain:      window
-- parameters: since, until (time range)
-- columns:    window_index, n (rows), ingest (freshest, microseconds since 1970), checksum
WITH tidegauge_log AS (
SELECT CAST(CASE WHEN epoch_us("at time") < 1362891600000000 THEN (epoch_us("at time") - 1362805200000000) // 86400000000 WHEN epoch_us("at time") < 1362974400000000 THEN 1 + (epoch_us("at time") - 1362891600000000) // 82800000000 ELSE 2 + (epoch_us("at time") - 1362974400000000) // 86400000000 END AS UTINYINT) AS window_index, epoch_us("at time") AS micros, "id" AS id
  FROM "flights"
  WHERE "at time" >= $since AND "at time" < $until
)
SELECT window_index, count(*) AS n, max(micros) AS ingest,
  CAST(sum(mod(micros, 1000003)) AS BIGINT) AS checksum
FROM tidegauge_log GROUP BY window_index
