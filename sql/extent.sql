-- How far the log reaches.
-- grain:      one row
-- parameters: since, until (microseconds since 1970: an event outside of [since, until) is in no window)
-- columns:    first, last (event time, microseconds since 1970; NULL without rows), n (rows), timed (rows with a time),
--             held (rows whose time lies in [since, until))
SELECT min(micros) FILTER (WHERE micros >= {{ since }} AND micros < {{ until }}) AS first,
  max(micros) FILTER (WHERE micros >= {{ since }} AND micros < {{ until }}) AS last,
  count(*) AS n, count(stamp) AS timed,
  count(*) FILTER (WHERE micros >= {{ since }} AND micros < {{ until }}) AS held
FROM (SELECT {{ time }} AS stamp, {{ micros }} AS micros FROM {{ table }}) AS tidegauge_times
