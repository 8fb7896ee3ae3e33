-- How far the log reaches.
-- grain:      one row
-- parameters: none
-- columns:    first, last (event time, microseconds since 1970; NULL without rows), n (rows)
SELECT min({{ micros }}) AS first, max({{ micros }}) AS last, count(*) AS n FROM {{ table }}
