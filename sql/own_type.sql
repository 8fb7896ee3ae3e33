-- The type of an expression over a row of the log, its label and its prediction; no row is read. No aggregate and no
-- window may stand behind WHERE: the engine itself refuses them.
-- grain:      one row
-- parameters: none
-- columns:    type_
SELECT {{ d.type_of('(' ~ expression ~ ')') }} AS type_
FROM (SELECT 1 AS one) AS tidegauge_one
LEFT JOIN (
  SELECT {{ prediction }} AS prediction{% for name, source in columns.items() %}, {{ source }} AS {{ name }}{% endfor %}

  FROM {{ table }} LIMIT 0
) AS tidegauge_log ON TRUE
LEFT JOIN (SELECT {{ label }} AS label FROM {{ label_table }} LIMIT 0) AS tidegauge_truth ON TRUE
WHERE ({{ expression }}) IS NOT NULL OR TRUE
