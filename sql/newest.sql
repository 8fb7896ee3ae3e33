-- The newest event and the newest arrival that a clock allows: what claims to come from later is not believed.
-- grain:      one row
-- parameters: since (of our calendar), until (microseconds since 1970)
-- columns:    event, ingest (microseconds since 1970; NULL where there is none by then)
SELECT max(CASE WHEN event >= {{ since }} AND event <= {{ until }} THEN event END) AS event,
  max(CASE WHEN ingest >= {{ since }} AND ingest <= {{ until }} THEN ingest END) AS ingest
FROM (SELECT {{ event }} AS event, {{ ingest or event }} AS ingest FROM {{ table }}) AS tidegauge_times
