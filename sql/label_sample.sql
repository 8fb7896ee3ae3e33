-- Some labels of a stretch of the log, chosen by the hash of their row's id: always the same ones.
-- grain:      labelled row
-- parameters: since, until (microseconds of the event); most; known (microseconds by which a label had come, if asked)
-- columns:    label (finite, or the text of a class)
SELECT {{ label.shown }} AS label
FROM {{ label.table }} AS truth JOIN (
  SELECT {{ id }} AS tidegauge_id FROM {{ table }} WHERE {{ micros }} >= {{ since }} AND {{ micros }} < {{ until }}
) AS log ON log.tidegauge_id = truth.{{ label.id }}
WHERE {{ real }}{% if arrived %} AND {{ arrived }} <= {{ known }}{% endif %}

ORDER BY {{ d.digest(d.as_text('log.tidegauge_id')) }}, 1
LIMIT {{ most }}
