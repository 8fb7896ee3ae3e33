-- A row: a model that serves from a moment on, until the next one does.
SELECT
  c.monitor,
  c.number,
  {{ moment(seconds("c.since")) }} AS since,
  c.version,
  c."key",
  {{ word(json("c.json"), "by") }} AS said_by,
  {{ word(json("c.json"), "why") }} AS why,
  {{ word(json("c.json"), "rolled_back") }} AS rolled_back
FROM champions AS c{{ parsed("c.json") }}
