-- The data revision of a run of windows, from the time columns alone: the same watermark, nothing to profile again.
-- grain:      window
-- parameters: since, until (time range)
-- columns:    window_index, n (rows), ingest (freshest, microseconds since 1970), checksum
WITH tidegauge_log AS (
SELECT CAST(CASE WHEN CAST(extract(epoch FROM "at time") * 1000000 AS BIGINT) < 1362891600000000 THEN (CAST(extract(epoch FROM "at time") * 1000000 AS BIGINT) - 1362805200000000) / 86400000000 WHEN CAST(extract(epoch FROM "at time") * 1000000 AS BIGINT) < 1362974400000000 THEN 1 + (CAST(extract(epoch FROM "at time") * 1000000 AS BIGINT) - 1362891600000000) / 82800000000 ELSE 2 + (CAST(extract(epoch FROM "at time") * 1000000 AS BIGINT) - 1362974400000000) / 86400000000 END AS INTEGER) AS window_index, CAST(extract(epoch FROM "at time") * 1000000 AS BIGINT) AS micros, "id" AS id
  FROM "flights"
  WHERE "at time" >= %(since)s AND "at time" < %(until)s
)
SELECT window_index, count(*) AS n, max(micros) AS ingest,
  CAST(sum(mod(micros, 1000003)) AS BIGINT) AS checksum
FROM tidegauge_log GROUP BY window_index
