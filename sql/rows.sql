-- The rows of a window that stand where a change lies: those in its places first, then by their time.
-- grain:      row; one without a row's values where none stands there
-- parameters: since, until (time range); lookup_<i>, vocabulary_<i> (cells of a column); segment_value, listed; most
-- columns:    counted (rows of the window in the log), behind (of these, where the change lies), place (number of the
--             first place that the row is in), code (cell of the changed column), v0, v1, … as asked for
WITH tidegauge_log AS (
  SELECT {{ q.micros }} AS micros, {{ q.key }} AS key_
    {%- for c in q.columns %}, {{ c.source }} AS {{ c.x }}{% endfor %}
    {%- for s in q.shown %}, {{ s }} AS v{{ loop.index0 }}{% endfor %}
    {%- if q.repeated %}, count({{ q.id }}) OVER (PARTITION BY {{ q.id }}) AS times{% endif %}
    {%- if q.segment %}, {{ q.segment.source }} AS segment_{% endif %}

  FROM {{ q.table }}
  WHERE {{ q.time }} >= {{ q.since }} AND {{ q.time }} < {{ q.until }}{% if q.version %} AND {{ q.version }}{% endif %}

),
tidegauge_coded AS (
  SELECT tidegauge_log.*{% for c in q.columns %}, {{ c.code }} AS k{{ c.index }}{% endfor %}

  FROM tidegauge_log{% if q.segment %} WHERE {{ q.segment.holds }}{% endif %}

),
tidegauge_placed AS (
  SELECT tidegauge_coded.*, {{ q.code }} AS code, {% if q.places %}CASE{% for p in q.places %} WHEN {{ p }} THEN {{ loop.index0 }}{% endfor %} ELSE {{ q.places | length }} END{% else %}0{% endif %} AS place
  FROM tidegauge_coded
),
tidegauge_standing AS (
  SELECT * FROM tidegauge_placed{% if q.holds %} WHERE {{ q.holds }}{% endif %}

),
tidegauge_some AS (
  SELECT * FROM tidegauge_standing ORDER BY place, micros, key_ LIMIT {{ q.most }}
),
tidegauge_counted AS (
  SELECT (SELECT count(*) FROM tidegauge_log) AS counted, (SELECT count(*) FROM tidegauge_standing) AS behind
)
SELECT n.counted, n.behind, r.place, r.code{% for s in q.shown %}, r.v{{ loop.index0 }}{% endfor %}

FROM tidegauge_counted AS n LEFT JOIN tidegauge_some AS r ON 1 = 1
ORDER BY r.place, r.micros, r.key_
