-- The data revision of a run of windows, from the time columns alone: the same watermark, nothing to profile again.
-- grain:      window
-- parameters: since, until (time range)
-- columns:    window_index, n (rows), ingest (freshest, microseconds since 1970), checksum
{% import 'cells.sql' as cells %}
WITH tidegauge_log AS (
{{ cells.source_rows(q) }}
)
SELECT window_index, count(*) AS n, {{ 'max(ingested)' if q.ingested else 'max(micros)' }} AS ingest,
  CAST(sum(mod(micros, 1000003)) AS BIGINT) AS checksum
FROM tidegauge_log GROUP BY window_index
