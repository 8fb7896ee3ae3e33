-- A row: one incident. begins: the start of its first alert; ends: the end of its last one so far.
-- first_date, last_date: the dates of the windows of both, in the monitor's zone.
SELECT
  i.monitor,
  i.stage,
  i.id AS incident,
  i.status,
  {{ word(json("i.json"), "severity") }} AS severity,
  {{ time("i.first_start") }} AS begins,
  {{ ends(word(json("i.json"), "last")) }} AS ends,
  {{ date('b."date"') }} AS first_date,
  {{ date('e."date"') }} AS last_date,
  {{ whole(json("i.json"), "alerts") }} AS alerts,
  {{ number(json("i.json"), "strength") }} AS strength,
  {{ word(json("i.json"), "columns", 0) }} AS first_column
FROM incidents AS i{{ parsed("i.json") }}
LEFT JOIN local_dates AS b ON b.monitor = i.monitor AND b.starts = {{ seconds("i.first_start") }}
LEFT JOIN local_dates AS e ON e.monitor = i.monitor AND e.starts = {{ seconds(begun(word(json("i.json"), "last"))) }}
