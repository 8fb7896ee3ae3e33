-- How many rows a table has, and from when to when.
-- grain:      table
-- parameters: none
-- columns:    n (rows), low, high (least and greatest time, whole microseconds since 1970 in UTC)
SELECT count(*) AS n, min({{ micros }}) AS low, max({{ micros }}) AS high
FROM {{ table }} AS log
