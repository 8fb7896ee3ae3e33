-- Where the log's rows lie in time: how many of each day of UTC, and how many have no time that a window could hold.
-- grain:      a day that has rows; -1: times outside of [since, until), -2: no time at all
-- parameters: since, until (microseconds since 1970: an event outside of [since, until) is in no window)
-- columns:    day (whole days after since), n (rows), first, last (event time, microseconds since 1970; 0 for -1 and -2)
SELECT day, count(*) AS n, min(CASE WHEN day < 0 THEN 0 ELSE micros END) AS first,
  max(CASE WHEN day < 0 THEN 0 ELSE micros END) AS last
FROM (
  SELECT micros, CASE WHEN stamp IS NULL THEN -2
      WHEN micros >= {{ since }} AND micros < {{ until }} THEN {{ d.divide('(micros - ' ~ since ~ ')', '86400000000') }}
      ELSE -1 END AS day
  FROM (SELECT {{ time }} AS stamp, {{ micros }} AS micros FROM {{ table }}) AS tidegauge_times
) AS tidegauge_days
GROUP BY day
