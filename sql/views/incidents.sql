-- A row: one incident. begins: the start of its first alert; ends: the end of its last one so far.
SELECT
  i.monitor,
  i.stage,
  i.id AS incident,
  i.status,
  {{ word(json("i.json"), "severity") }} AS severity,
  {{ time("i.first_start") }} AS begins,
  {{ ends(word(json("i.json"), "last")) }} AS ends,
  {{ whole(json("i.json"), "alerts") }} AS alerts,
  {{ number(json("i.json"), "strength") }} AS strength,
  {{ word(json("i.json"), "columns", 0) }} AS first_column
FROM incidents AS i{{ parsed("i.json") }}
