-- The data revision of a run of windows, from the time columns alone: the same watermark, nothing to profile again.
-- grain:      window
-- parameters: since, until (time range)
-- columns:    window_index, n (rows), ingest (freshest, microseconds since 1970), checksum
WITH tidegauge_log AS (
SELECT CAST(CASE WHEN CASE WHEN "at time" BETWEEN '0001-01-01' AND '9999-12-31' THEN CAST(extract(epoch FROM "at time") * 1000000 AS BIGINT) END < 1362891600000000 THEN (CASE WHEN "at time" BETWEEN '0001-01-01' AND '9999-12-31' THEN CAST(extract(epoch FROM "at time") * 1000000 AS BIGINT) END - 1362805200000000) / 86400000000 WHEN CASE WHEN "at time" BETWEEN '0001-01-01' AND '9999-12-31' THEN CAST(extract(epoch FROM "at time") * 1000000 AS BIGINT) END < 1362974400000000 THEN 1 + (CASE WHEN "at time" BETWEEN '0001-01-01' AND '9999-12-31' THEN CAST(extract(epoch FROM "at time") * 1000000 AS BIGINT) END - 1362891600000000) / 82800000000 ELSE 2 + (CASE WHEN "at time" BETWEEN '0001-01-01' AND '9999-12-31' THEN CAST(extract(epoch FROM "at time") * 1000000 AS BIGINT) END - 1362974400000000) / 86400000000 END AS INTEGER) AS window_index, CASE WHEN "at time" BETWEEN '0001-01-01' AND '9999-12-31' THEN CAST(extract(epoch FROM "at time") * 1000000 AS BIGINT) END AS micros, "id" AS id
  FROM "flights"
  WHERE "at time" >= %(since)s AND "at time" < %(until)s
)
SELECT window_index, count(*) AS n, max(micros) AS ingest,
  CAST(sum(mod(micros, 1000003)) AS BIGINT) AS checksum
FROM tidegauge_log GROUP BY window_index
