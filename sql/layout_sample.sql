-- A sample of the log to cut layouts from: the same rows on every engine, chosen by the hash of the row's id.
-- grain:      row
-- parameters: since, until (time range), most (rows)
-- columns:    c0, c1, … as the monitor lists them
WITH tidegauge_log AS (
  SELECT {{ order }} AS order_, {% for c in columns %}{{ c.source }} AS {{ c.x }}{{ ", " if not loop.last }}{% endfor %}

  FROM {{ table }}
  WHERE {{ micros }} >= {{ since }} AND {{ micros }} < {{ until }}
)
SELECT {% for c in columns %}{{ c.x }}{{ ", " if not loop.last }}{% endfor %} FROM tidegauge_log ORDER BY order_ LIMIT {{ most }}
